import { accepted, type Result } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import type { BaseCaller } from '../access/base-caller.js';
import { type AuditedAction, recordAudit } from '../audit/record-audit.js';
import { databaseTime } from '../database/database-time.js';
import type { FollowerLeases } from '../feed/follower-leases.js';
import { changeWebhook } from '../webhooks/change-webhook.js';
import { WebhookEntity } from '../webhooks/webhook.entity.js';
import { lockBaseWebhook, visibleTo } from './find-base-webhook.js';
import { stageOf, UNKNOWN_BASE_WEBHOOK } from './life.js';

const BASE_DELETED = 'its base was deleted';

/** When, by whom, from where and why a webhook is deleted. */
export type Deletion = Pick<AuditedAction, 'at' | 'keyId' | 'from' | 'reason'>;

/** The end of webhooks on a base's changes, by hand (contract airtable 1.6). */
export class BaseWebhookDeletion {
  constructor(
    private readonly database: DataSource,
    private readonly leases: FollowerLeases,
    private readonly clock: Clock,
  ) {}

  /**
   * Answers when no dispatcher generates another payload or starts another ping: every living one has applied the
   * deletion, or its lease is over. Asking again for what is deleted is refused, but not earlier than that.
   */
  async delete(caller: BaseCaller, id: string, from?: string): Promise<Result<{ revision: number }>> {
    const { revision, deletedNow } = await this.commit(caller, id, from);
    if (revision === null) return UNKNOWN_BASE_WEBHOOK;
    await this.leases.applied(revision);
    return deletedNow ? accepted({ revision }) : UNKNOWN_BASE_WEBHOOK;
  }

  private commit(
    caller: BaseCaller,
    id: string,
    from: string | undefined,
  ): Promise<{ revision: number | null; deletedNow: boolean }> {
    return this.database.transaction(async (transaction) => {
      const { deletedAt: _, ...visible } = visibleTo(caller);
      const webhook = await lockBaseWebhook(transaction, { ...visible, id });
      if (webhook === null) return { revision: null, deletedNow: false };
      if (webhook.deletedAt !== null) return { revision: webhook.revision, deletedNow: false };
      const at = await databaseTime(transaction, this.clock);
      if (stageOf(webhook, at) === 'gone') return { revision: null, deletedNow: false };
      const revision = await deleteLocked(transaction, webhook, { at, keyId: caller.actor, from });
      return { revision, deletedNow: true };
    });
  }
}

/** Deletes a locked webhook, and all that is secret or large with it. Answers the revision. */
export async function deleteLocked(
  transaction: EntityManager,
  webhook: WebhookEntity,
  { at, reason, ...deletion }: Deletion,
): Promise<number> {
  const { id, accountId } = webhook;
  const why = reason === undefined ? {} : { reason };
  await recordAudit(transaction, { ...deletion, ...why, at, accountId, action: 'webhook.deleted', subject: id });
  const gone = { deletedAt: at, sealed: null, sealingKey: null, specification: null };
  return changeWebhook(transaction, webhook, gone, { type: 'webhook.deleted', at, ...why });
}

/**
 * For the deletion of a base, in its transaction and before the base's own row: deletes its webhooks. Answers the highest
 * revision, which the dispatchers must have applied before the deletion is answered; null when there were none.
 */
export async function deleteWebhooksOfBase(
  transaction: EntityManager,
  { baseId, at, keyId, from }: Deletion & { baseId: string },
): Promise<number | null> {
  const webhooks = await transaction.find(WebhookEntity, {
    where: { baseId, deletedAt: IsNull() },
    order: { id: 'asc' },
    lock: { mode: 'pessimistic_write' },
  });
  let revision: number | null = null;
  for (const webhook of webhooks)
    revision = await deleteLocked(transaction, webhook, { at, keyId, from, reason: BASE_DELETED });
  return revision;
}
