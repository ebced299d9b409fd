import type { accountCommands } from '@sluice/contracts/account-commands';
import type { Commands } from '@sluice/contracts/commands';
import type { Acting } from './access/acting.js';
import type { Accounts } from './credentials/accounts.js';

/** Commands about accounts, each with the purpose that the caller's credential must allow. */
export const accountCommandsOf = (acting: Acting, accounts: Accounts): Commands<typeof accountCommands> => ({
  getAccount: ({ credential }) => acting.allowed(credential, 'identify', (principal) => accounts.own(principal)),
});
