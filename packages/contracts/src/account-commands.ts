import { z } from 'zod';
import type { CommandTable } from './commands.js';
import { after, limit, more } from './list-pages.js';
import { KeyKind, KeyScope } from './principal.js';
import { resultOf } from './result.js';
import { ifMatch, tag } from './state-tags.js';

/** The caller's own credential as it came with the request. */
const credential = z.string();

/** The caller's address, for the audit trail; absent where it is not known. */
const from = z.string().max(200).optional();

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

/** A key as it is listed: the key itself is never shown again. */
export const ListedKey = z.object({
  id: z.string(),
  kind: KeyKind,
  /** Absent in answers of a registry that knows none. */
  scopes: z.array(KeyScope).default([]),
  audience: z.enum(['own', 'any']),
  name: z.string().nullable().default(null),
  createdAt: z.string(),
  /** ISO 8601; null: never. */
  expiresAt: z.string().nullable().default(null),
  /** A key that was revoked or has expired is listed for 30 days more. */
  revokedAt: z.string().nullable(),
});
export type ListedKey = z.infer<typeof ListedKey>;

export const CreatedKey = ListedKey.omit({ createdAt: true, revokedAt: true }).extend({
  accountId: z.string(),
  /** Shown once. */
  key: z.string(),
});
export type CreatedKey = z.infer<typeof CreatedKey>;

/** The caller's account, with the tag of its state, and what the caller is in it. */
const ownAccount = resultOf(z.object({ account: Account, caller: AccountCaller, tag }));

/** Accounts and their keys. */
export const accountCommands = {
  /** For whoever asks, whatever it may do otherwise. */
  getAccount: { request: z.object({ credential }), response: ownAccount },
  renameAccount: { request: z.object({ credential, name: z.string(), ifMatch, from }), response: ownAccount },
  createAccount: {
    request: z.object({ credential, name: z.string(), from }),
    response: resultOf(z.object({ accountId: z.string(), adminKey: CreatedKey })),
  },
  /** For operators: all accounts, the newest first; `before` goes on after the last one of a page, while there are `more`. */
  listAccounts: {
    request: z.object({ credential, limit: z.number().int().min(1).max(1_000), before: z.string().optional() }),
    response: resultOf(z.object({ accounts: z.array(Account), more: z.boolean() })),
  },
  /** For keys that publish for other accounts: whether an audience is one. */
  accountExists: {
    request: z.object({ credential, accountId: z.string() }),
    response: resultOf(z.object({ exists: z.boolean() })),
  },
  /** Of the kind, or of the one that the scopes make it; with the scopes, or all of its kind. One of both is needed. */
  createKey: {
    request: z.object({
      credential,
      kind: KeyKind.optional(),
      scopes: z.array(KeyScope).optional(),
      audience: z.enum(['own', 'any']),
      /** ISO 8601; without it, it never expires. */
      expiresAt: z.string().optional(),
      name: z.string().optional(),
      from,
    }),
    response: resultOf(CreatedKey),
  },
  /** In the order of creation, which their ids tell. */
  listKeys: {
    request: z.object({ credential, limit, after }),
    response: resultOf(z.object({ keys: z.array(ListedKey), more })),
  },
  revokeKey: {
    request: z.object({ credential, keyId: z.string(), from }),
    response: resultOf(z.object({ keyId: z.string() })),
  },
} satisfies CommandTable;
