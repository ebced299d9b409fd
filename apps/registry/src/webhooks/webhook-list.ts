import type { WebhookSummary } from '@sluice/contracts/registry-commands';
import { type DataSource, IsNull } from 'typeorm';
import { WebhookEntity } from './webhook.entity.js';

/** An account's webhooks, the newest first, at most `limit`. */
export async function listWebhooks(database: DataSource, accountId: string, limit: number): Promise<WebhookSummary[]> {
  const webhooks = await database.manager.find(WebhookEntity, {
    where: { accountId, deletedAt: IsNull() },
    order: { id: 'desc' },
    take: limit,
  });
  return webhooks.map(({ id, endpoint, eventType, filter, state, disabledReason, createdAt }) => ({
    id,
    endpoint,
    eventType,
    filter,
    state,
    disabledReason,
    createdAt: createdAt.toISOString(),
  }));
}
