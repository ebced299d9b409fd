import { z } from 'zod';

/**
 * Who stands behind a credential.
 * - `live` keys subscribe, publish and read; `test` keys may only read the catalogue; `admin` keys also manage the account.
 * - `audience: 'any'` is the right to publish for a named account or for all accounts (docs/architecture.md section 3).
 * - `operator` accounts may create other accounts.
 */
export const Principal = z.object({
  keyId: z.string(),
  accountId: z.string(),
  kind: z.enum(['live', 'test', 'admin']),
  audience: z.enum(['own', 'any']),
  operator: z.boolean(),
});
export type Principal = z.infer<typeof Principal>;

/** What a caller wants to do; the registry decides whether the credential's kind may. */
export const Purpose = z.enum(['subscribe', 'publish', 'read', 'read_catalogue', 'manage', 'operate']);
export type Purpose = z.infer<typeof Purpose>;
