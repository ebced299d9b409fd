import type { Clock } from '@sluice/service-kit/clock';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import { recordAudit } from '../audit/record-audit.js';
import { databaseTime } from '../database/database-time.js';
import { plainText } from '../texts/plain-text.js';
import { changeWebhook } from '../webhooks/change-webhook.js';
import { WebhookEntity } from '../webhooks/webhook.entity.js';
import { lockBaseWebhook } from './find-base-webhook.js';
import { readSpecification } from './read-specification.js';
import { subjectsOf } from './schema-check.js';

const REASON_LIMIT = 500;

/** The end of webhooks whose specification names what is no more (contract airtable 4.5): they never come back. */
export class BaseWebhookInvalidation {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Only an active webhook changes, and only once: the first reason stays. Does not wait for dispatchers, since one of
   * them is who asks. Answers the revision of the webhook; null when there is none (any more).
   */
  invalidate(id: string, reason: string): Promise<number | null> {
    return this.database.transaction(async (transaction) => {
      const webhook = await lockBaseWebhook(transaction, { id });
      if (webhook === null || webhook.deletedAt !== null) return null;
      if (webhook.state !== 'enabled') return webhook.revision;
      return invalidateLocked(
        transaction,
        webhook,
        plainText(reason, REASON_LIMIT),
        await databaseTime(transaction, this.clock),
      );
    });
  }
}

/**
 * For a change of a base's schema, in its transaction: invalidates the webhooks whose scope or watched fields are among
 * the destroyed ids. Answers the highest revision; null when there were none.
 */
export async function invalidateWebhooksOn(
  transaction: EntityManager,
  { baseId, at }: { baseId: string; at: Date },
  destroyed: readonly string[],
): Promise<number | null> {
  const webhooks = await transaction.find(WebhookEntity, {
    where: { baseId, deletedAt: IsNull(), state: 'enabled' },
    order: { id: 'asc' },
    lock: { mode: 'pessimistic_write' },
  });
  const gone = new Set(destroyed);
  let revision: number | null = null;
  for (const webhook of webhooks) {
    const options = readSpecification(webhook.specification!);
    const missing = options.ok ? subjectsOf(options.value).find((id) => gone.has(id)) : undefined;
    if (missing === undefined) continue;
    revision = await invalidateLocked(transaction, webhook, `${missing} was deleted`, at);
  }
  return revision;
}

async function invalidateLocked(
  transaction: EntityManager,
  webhook: WebhookEntity,
  reason: string,
  at: Date,
): Promise<number> {
  const { id, accountId } = webhook;
  await recordAudit(transaction, { at, accountId, keyId: null, action: 'webhook.invalidated', subject: id, reason });
  const change = { state: 'invalid', disabledReason: reason } as const;
  return changeWebhook(transaction, webhook, change, { type: 'webhook.disabled', reason, at });
}
