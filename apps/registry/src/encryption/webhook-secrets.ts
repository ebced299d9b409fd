import { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { Keyring, Sealed } from './keyring.js';

/** Everything of a webhook that nobody may read in the database. */
export type WebhookSecrets = Pick<FilterWebhook, 'headers' | 'secrets'>;

const WebhookSecrets = FilterWebhook.pick({ headers: true, secrets: true });

/** Endpoint and id as associated data: secrets moved to another webhook, or to another endpoint, can't be opened. */
const contextOf = ({ id, endpoint }: { id: string; endpoint: string | null }): string =>
  JSON.stringify(['webhook', id, endpoint]);

export const sealSecrets = (
  keyring: Keyring,
  webhook: { id: string; endpoint: string | null },
  { headers, secrets }: WebhookSecrets,
): Sealed => keyring.seal(JSON.stringify({ headers, secrets }), contextOf(webhook));

/** @throws {UnreadableSeal} */
export const openSecrets = (
  keyring: Keyring,
  webhook: { id: string; endpoint: string | null },
  sealed: Sealed,
): WebhookSecrets => WebhookSecrets.parse(JSON.parse(keyring.open(sealed, contextOf(webhook))));
