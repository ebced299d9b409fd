import type { Account, AccountCaller, CreatedKey, ListedKey } from '@sluice/contracts/account-commands';
import type { MadeKey, OwnAccount, ShownAccount, ShownKey } from './account-schemas.js';

/** An account as it is shown. */
export const accountAnswer = ({ createdAt, id, name, operator }: Account): ShownAccount => ({
  id,
  name,
  operator,
  created_at: createdAt,
});

/** The account of who asks, and who that is. */
export const ownAccountAnswer = ({ account, caller }: { account: Account; caller: AccountCaller }): OwnAccount => ({
  ...accountAnswer(account),
  caller: { kind: caller.kind, id: caller.id, scopes: caller.scopes, expires_at: caller.expiresAt },
});

/** A key as it is shown when it is made, and never again. */
export const madeKeyAnswer = ({ accountId, expiresAt, ...key }: CreatedKey): MadeKey => ({
  ...key,
  expires_at: expiresAt,
  account_id: accountId,
});

/** A key as it is listed. */
export const keyAnswer = ({ createdAt, expiresAt, revokedAt, ...key }: ListedKey): ShownKey => ({
  ...key,
  created_at: createdAt,
  expires_at: expiresAt,
  revoked_at: revokedAt,
});
