import { z } from 'zod';
import type { CommandTable } from './commands.js';
import { KeyScope } from './principal.js';
import { resultOf } from './result.js';

/** The caller's own credential as it came with the request. */
const credential = z.string();

export const Account = z.object({
  id: z.string(),
  name: z.string(),
  operator: z.boolean(),
  /** ISO 8601. */
  createdAt: z.string(),
});
export type Account = z.infer<typeof Account>;

/** Who asks: a key, or a session of the portal. */
export const AccountCaller = z.object({
  kind: z.enum(['key', 'portal']),
  id: z.string(),
  scopes: z.array(KeyScope),
  /** ISO 8601; null for a key that never expires. */
  expiresAt: z.string().nullable(),
});
export type AccountCaller = z.infer<typeof AccountCaller>;

/** The caller's account. */
export const accountCommands = {
  /** For whoever asks, whatever it may do otherwise. */
  getAccount: {
    request: z.object({ credential }),
    response: resultOf(z.object({ account: Account, caller: AccountCaller })),
  },
} satisfies CommandTable;
