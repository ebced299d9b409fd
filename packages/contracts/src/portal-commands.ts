import { z } from 'zod';
import type { CommandTable } from './commands.js';
import { resultOf } from './result.js';

/** The caller's address, for the audit trail; absent where it is not known. */
const from = z.string().max(200).optional();

/** What sessions of the portal begin with: they count as a cookie alone, never in an Authorization header. */
export const PORTAL_SESSION = /^slp_[\w-]{43}$/;

/** The way into the portal: links, and the sessions that they open. */
export const portalCommands = {
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
    request: z.object({ credential: z.string() }),
    response: resultOf(z.object({})),
  },
} satisfies CommandTable;
