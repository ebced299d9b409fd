import { Scope } from '@sluice/contracts/base-commands';

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

export const ALL_SCOPES: ReadonlySet<Scope> = new Set(Scope.options);
