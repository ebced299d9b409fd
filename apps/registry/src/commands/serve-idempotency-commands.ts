import type { Commands } from '@sluice/contracts/commands';
import type { idempotencyCommands } from '@sluice/contracts/idempotency-commands';
import { accepted } from '@sluice/contracts/result';
import type { Acting } from '../access/acting.js';
import type { IdempotentRequests } from '../idempotency/idempotent-requests.js';

/** For whoever has a credential: what the request itself needs is asked when it is carried out. */
export const idempotencyCommandsOf = (
  acting: Acting,
  requests: IdempotentRequests,
): Commands<typeof idempotencyCommands> => ({
  beginRequest: ({ credential, key, fingerprint }) =>
    acting.allowed(credential, 'identify', async (principal) =>
      accepted(await requests.begin(principal, key, fingerprint)),
    ),

  settleRequest: ({ credential, key, lease, answer }) =>
    acting.allowed(credential, 'identify', async (principal) => {
      await requests.settle(principal, key, { lease, answer });
      return accepted({});
    }),
});
