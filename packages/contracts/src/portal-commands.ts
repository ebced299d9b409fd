import { z } from 'zod';
import type { CommandTable } from './commands.js';
import { resultOf } from './result.js';

/** The caller's own credential as it came with the request. */
const credential = z.string();

/** The caller's address, for the audit trail; absent where it is not known. */
const from = z.string().max(200).optional();

/** What sessions of the portal look like: they count as a cookie alone, never in an Authorization header. */
export const PORTAL_SESSION = /^slp_[\w-]{43}$/;

/** A link into the account's portal, without the token that opens it. */
export const PortalLink = z.object({
  id: z.string(),
  /** The key that asked for it. */
  keyId: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
});
export type PortalLink = z.infer<typeof PortalLink>;

/** The way into the portal: links, and the sessions that they open. */
export const portalCommands = {
  /** Not later than its key's end; without `expiresAt` for seven days. */
  createPortalLink: {
    request: z.object({ credential, expiresAt: z.string().optional(), from }),
    response: resultOf(z.object({ id: z.string(), token: z.string(), expiresAt: z.string() })),
  },
  /** The newest first, ended ones for 30 days more; `before` goes on after the last one of a page, while there are `more`. */
  listPortalLinks: {
    request: z.object({ credential, limit: z.number().int().min(1).max(1_000), before: z.string().optional() }),
    response: resultOf(z.object({ links: z.array(PortalLink), more: z.boolean() })),
  },
  /** With all sessions that it opened. Idempotent. */
  revokePortalLink: {
    request: z.object({ credential, linkId: z.string(), from }),
    response: resultOf(z.object({})),
  },
  /** A new session by the token of a link. */
  openPortalSession: {
    request: z.object({ token: z.string().max(4_096), from }),
    response: resultOf(
      z.object({
        /** The credential of all that the session asks. */
        session: z.string(),
        /** ISO 8601: that of the link, or a day from now. */
        expiresAt: z.string(),
      }),
    ),
  },
  /** Ends the session that asks. */
  endPortalSession: {
    request: z.object({ credential }),
    response: resultOf(z.object({})),
  },
} satisfies CommandTable;
