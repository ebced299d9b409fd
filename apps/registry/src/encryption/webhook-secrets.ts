import { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { Keyring, Sealed } from './keyring.js';

/** Everything of a filter webhook that nobody may read in the database. */
export type WebhookSecrets = Pick<FilterWebhook, 'headers' | 'secrets'>;

const WebhookSecrets = FilterWebhook.pick({ headers: true, secrets: true });

/** What secrets are tied to. The endpoint is null for a webhook whose payloads are only read. */
export interface SealedWebhook {
  id: string;
  endpoint: string | null;
}

/** Endpoint and id as associated data: secrets moved to another webhook, or to another endpoint, can't be opened. */
const contextOf = ({ id, endpoint }: SealedWebhook): string => JSON.stringify(['webhook', id, endpoint]);

export const sealSecrets = (keyring: Keyring, webhook: SealedWebhook, { headers, secrets }: WebhookSecrets): Sealed =>
  keyring.seal(JSON.stringify({ headers, secrets }), contextOf(webhook));

/** @throws {UnreadableSeal} */
export const openSecrets = (keyring: Keyring, webhook: SealedWebhook, sealed: Sealed): WebhookSecrets =>
  WebhookSecrets.parse(JSON.parse(keyring.open(sealed, contextOf(webhook))));

/** The one secret of a webhook on a base's changes (contract airtable 3.2). */
export const sealMacSecret = (keyring: Keyring, webhook: SealedWebhook, macSecretBase64: string): Sealed =>
  keyring.seal(macSecretBase64, contextOf(webhook));

/** @throws {UnreadableSeal} */
export const openMacSecret = (keyring: Keyring, webhook: SealedWebhook, sealed: Sealed): string =>
  keyring.open(sealed, contextOf(webhook));

/** The same secrets, of whatever dialect, under the keyring's current key. @throws {UnreadableSeal} */
export const sealAnew = (keyring: Keyring, webhook: SealedWebhook, sealed: Sealed): Sealed =>
  keyring.seal(keyring.open(sealed, contextOf(webhook)), contextOf(webhook));
