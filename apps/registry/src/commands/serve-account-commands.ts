import type { accountCommands } from '@sluice/contracts/account-commands';
import type { Commands } from '@sluice/contracts/commands';
import { accepted } from '@sluice/contracts/result';
import type { Acting } from '../access/acting.js';
import type { Accounts } from '../credentials/accounts.js';
import type { Keys } from '../credentials/keys.js';

/** Commands about accounts and their keys, each with the purpose that the caller's credential must allow. */
export const accountCommandsOf = (
  acting: Acting,
  accounts: Accounts,
  keys: Keys,
): Commands<typeof accountCommands> => ({
  getAccount: ({ credential }) => acting.allowed(credential, 'identify', (principal) => accounts.own(principal)),

  renameAccount: ({ credential, ...wanted }) =>
    acting.allowed(credential, 'manage', async (principal) =>
      acting.logged(await accounts.rename(principal, wanted), 'account.renamed', principal, () => ({})),
    ),

  listAccounts: ({ credential, limit, before }) =>
    acting.allowed(credential, 'operate', async () => accepted(await accounts.list({ limit, before }))),

  createAccount: ({ credential, name, from }) =>
    acting.allowed(credential, 'operate', async (principal) =>
      acting.logged(await accounts.create(principal, name, from), 'account.created', principal, (made) => ({
        createdAccountId: made.accountId,
      })),
    ),

  accountExists: ({ credential, accountId }) =>
    acting.allowed(credential, 'publish', (principal) => accounts.exists(principal, accountId)),

  createKey: ({ credential, from, ...wanted }) =>
    acting.allowed(credential, 'manage', async (principal) =>
      acting.logged(await keys.create(principal, wanted, from), 'key.created', principal, ({ id, kind, audience }) => ({
        createdKeyId: id,
        kind,
        audience,
      })),
    ),

  listKeys: ({ credential, ...page }) =>
    acting.allowed(credential, 'manage', async (principal) => accepted(await keys.list(principal, page))),

  revokeKey: ({ credential, keyId, from }) =>
    acting.allowed(credential, 'manage', async (principal) =>
      acting.logged(await keys.revoke(principal, keyId, from), 'key.revoked', principal, (revoked) => ({
        revokedKeyId: revoked.keyId,
      })),
    ),
});
