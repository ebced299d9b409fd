import type { WebhookSummary } from '@sluice/contracts/registry-commands';
import { type DataSource, IsNull, LessThan } from 'typeorm';
import { WebhookEntity } from './webhook.entity.js';

/** A page of an account's webhooks, the newest first: those older than `before`, or the newest of all. */
export async function listWebhooks(
  database: DataSource,
  accountId: string,
  { limit, before }: { limit: number; before?: string | undefined },
): Promise<{ webhooks: WebhookSummary[]; more: boolean }> {
  const found = await database.manager.find(WebhookEntity, {
    where: { accountId, deletedAt: IsNull(), ...(before === undefined ? {} : { id: LessThan(before) }) },
    order: { id: 'desc' },
    take: limit + 1,
  });
  return { webhooks: found.slice(0, limit).map(summaryOf), more: found.length > limit };
}

const summaryOf = ({ createdAt, ...webhook }: WebhookEntity): WebhookSummary => ({
  id: webhook.id,
  endpoint: webhook.endpoint,
  eventType: webhook.eventType,
  filter: webhook.filter,
  state: webhook.state,
  disabledReason: webhook.disabledReason,
  createdAt: createdAt.toISOString(),
});
