import { AirtableWebhookId } from '@sluice/contracts/airtable-ids';
import { refused } from '@sluice/contracts/result';
import { type EntityManager, IsNull } from 'typeorm';
import { WebhookEntity } from './webhook.entity.js';

/** One answer for a webhook that does not exist, no longer exists, or is another account's. */
export const UNKNOWN_WEBHOOK = refused('not_found', 'there is no such webhook', 'webhook_id');

const OF_A_BASE = refused(
  'conflict',
  "this is a webhook of a base: it can only be changed and deleted through Airtable's API",
  'webhook_id',
);

/** Why the account has no filter webhook of this id. */
export async function noFilterWebhook(
  manager: EntityManager,
  { id, accountId }: { id: string; accountId: string },
): Promise<typeof UNKNOWN_WEBHOOK> {
  const mayBeOfBase = AirtableWebhookId.safeParse(id).success;
  const where = { id, accountId, deletedAt: IsNull() };
  return mayBeOfBase && (await manager.existsBy(WebhookEntity, where)) ? OF_A_BASE : UNKNOWN_WEBHOOK;
}
