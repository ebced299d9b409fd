import type { WebhookSummary } from '@sluice/contracts/registry-commands';
import type { FastifyReply } from 'fastify';

const JSON_TYPE = 'application/json; charset=utf-8';

/** A webhook as our own API shows it. The filter goes out as the text that came in: parsing it would change its numbers. */
export function webhookText({ filter, ...webhook }: WebhookSummary, more: Record<string, unknown> = {}): string {
  const members = {
    webhook_id: webhook.id,
    dialect: webhook.dialect,
    base_id: webhook.baseId,
    endpoint: webhook.endpoint,
    event_type: webhook.eventType,
    description: webhook.description,
    state: webhook.state,
    disabled_reason: webhook.disabledReason,
    disabled_at: webhook.disabledAt,
    ordering: webhook.ordering,
    rate_limit: webhook.rateLimit,
    concurrency: webhook.concurrency,
    retry_schedule: webhook.retrySchedule,
    created_at: webhook.createdAt,
    ...more,
  };
  return `${JSON.stringify(members).slice(0, -1)},"filter":${filter ?? 'null'}}`;
}

/** Sends JSON that is written already. */
export const sendJson = (reply: FastifyReply, json: string): void => void reply.type(JSON_TYPE).send(json);
