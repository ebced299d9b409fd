import { Scope } from '@sluice/contracts/base-commands';
import type { KeyScope } from '@sluice/contracts/principal';

/** The ways to prove who one is at Airtable's dialect. */
export type CredentialKind = 'personal_access_token' | 'user_api_key' | 'oauth' | 'account_key';

/** Who a credential names. Of OAuth callers the account is known only with the base: the same subject may be a user of several. */
export type Identity =
  | { kind: 'account_key'; accountId: string; keyId: string }
  | { kind: 'personal_access_token' | 'user_api_key'; userId: string; tokenId: string }
  | { kind: 'oauth'; subject: string; clientId: string };

/** What a valid credential brings, before any base is looked at. */
export interface Holder {
  identity: Identity;
  scopes: ReadonlySet<Scope>;
  /** The bases that the credential was given; null for all that its holder works in. */
  bases: readonly string[] | null;
}

/** What an account's key may do with bases: who writes manages webhooks, who reads sees what they tell. */
export const baseScopesOf = (scopes: readonly KeyScope[]): ReadonlySet<Scope> =>
  new Set<Scope>([
    ...(scopes.includes('write') ? (['webhook:manage'] as const) : []),
    ...(scopes.includes('read') ? (['data.records:read', 'schema.bases:read'] as const) : []),
  ]);

export const ALL_SCOPES: ReadonlySet<Scope> = new Set(Scope.options);
