import { z } from 'zod';

/** What a credential may do with its account. */
export const KeyScope = z.enum(['read', 'write', 'publish', 'admin']);
export type KeyScope = z.infer<typeof KeyScope>;

/**
 * Who stands behind a credential.
 * - `live` keys subscribe, publish and read; `test` keys may only read the catalogue; `admin` keys also manage the account.
 *   A key may have fewer scopes than its kind. `portal` is a session of the portal: it reads and writes.
 * - `audience: 'any'` is the right to publish for a named account or for all accounts (docs/architecture.md section 3).
 * - `operator` accounts may create other accounts.
 */
export const Principal = z.object({
  /** Of the key, or of the session. */
  keyId: z.string(),
  accountId: z.string(),
  kind: z.enum(['live', 'test', 'admin', 'portal']),
  audience: z.enum(['own', 'any']),
  operator: z.boolean(),
});
export type Principal = z.infer<typeof Principal>;

/** The kinds of keys. */
export const KeyKind = Principal.shape.kind.exclude(['portal']);
export type KeyKind = z.infer<typeof KeyKind>;

/**
 * What a caller wants to do; the registry decides whether the credential's scopes allow it. `share` is making and revoking
 * portal links, `inspect` seeing records of the account's sources as they came, `identify` asking who one is.
 */
export const Purpose = z.enum([
  'subscribe',
  'share',
  'publish',
  'read',
  'inspect',
  'read_catalogue',
  'manage',
  'operate',
  'identify',
]);
export type Purpose = z.infer<typeof Purpose>;
