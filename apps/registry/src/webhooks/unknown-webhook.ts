import { refused } from '@sluice/contracts/result';

/** One answer for a webhook that does not exist, no longer exists, or is another account's. */
export const UNKNOWN_WEBHOOK = refused('not_found', 'there is no such webhook', 'webhook_id');
