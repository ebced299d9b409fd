import type { Principal } from '@sluice/contracts/principal';
import type { WebhookSummary } from '@sluice/contracts/registry-commands';
import { accepted, type Result } from '@sluice/contracts/result';
import { type DataSource, IsNull } from 'typeorm';
import { stateTag } from '../answers/state-tag.js';
import { UNKNOWN_WEBHOOK } from './unknown-webhook.js';
import { WebhookEntity } from './webhook.entity.js';

/** What the owner of a webhook sees of it. */
export const summaryOf = ({ createdAt, disabledAt, ...webhook }: WebhookEntity): WebhookSummary => ({
  id: webhook.id,
  dialect: webhook.dialect,
  baseId: webhook.baseId,
  endpoint: webhook.endpoint,
  eventType: webhook.eventType,
  filter: webhook.filter,
  state: webhook.state,
  disabledReason: webhook.disabledReason,
  disabledAt: disabledAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
  description: webhook.description,
  ordering: webhook.ordering,
  rateLimit: webhook.rateLimit,
  concurrency: webhook.concurrency,
  retrySchedule: webhook.retrySchedule,
});

/** The same with the tag of this state. */
export function taggedSummary(entity: WebhookEntity): { webhook: WebhookSummary; tag: string } {
  const webhook = summaryOf(entity);
  return { webhook, tag: stateTag(webhook) };
}

/** One of an account's webhooks, of either dialect. */
export async function readWebhook(
  database: DataSource,
  { accountId }: Principal,
  id: string,
): Promise<Result<{ webhook: WebhookSummary; tag: string }>> {
  if (id.includes('\0')) return UNKNOWN_WEBHOOK;
  const webhook = await database.manager.findOneBy(WebhookEntity, { id, accountId, deletedAt: IsNull() });
  return webhook === null ? UNKNOWN_WEBHOOK : accepted(taggedSummary(webhook));
}
