import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { stateFault } from '../answers/state-tag.js';
import { recordAudit } from '../audit/record-audit.js';
import { AccountEntity } from '../credentials/account.entity.js';
import type { FollowerLeases } from '../feed/follower-leases.js';
import { changeWebhook, lockWebhook } from './change-webhook.js';
import { noFilterWebhook, UNKNOWN_WEBHOOK } from './unknown-webhook.js';
import { summaryOf } from './webhook-summary.js';

/** The end of webhooks. */
export class WebhookDeletion {
  constructor(
    private readonly database: DataSource,
    private readonly leases: FollowerLeases,
    private readonly clock: Clock,
  ) {}

  /**
   * Deletes it, and its secrets with it, and answers when no dispatcher can start another attempt: every living one has
   * applied the deletion, or its lease is over. Asking again for what is deleted is refused, but not earlier than that.
   */
  async delete(
    principal: Principal,
    id: string,
    { ifMatch, from }: { ifMatch?: readonly string[] | undefined; from?: string | undefined } = {},
  ): Promise<Result<{ revision: number }>> {
    const committed = await this.commit(principal, id, ifMatch, from);
    if ('ok' in committed) return committed;
    const { revision, deletedNow } = committed;
    if (revision === null) return noFilterWebhook(this.database.manager, { id, accountId: principal.accountId });
    await this.leases.applied(revision);
    return deletedNow ? accepted({ revision }) : UNKNOWN_WEBHOOK;
  }

  private commit(
    { accountId, keyId }: Principal,
    id: string,
    ifMatch: readonly string[] | undefined,
    from: string | undefined,
  ): Promise<{ revision: number | null; deletedNow: boolean } | Extract<Result<never>, { ok: false }>> {
    const at = new Date(this.clock.nowMs());
    return this.database.transaction(async (transaction) => {
      const webhook = await lockWebhook(transaction, { id, accountId });
      if (webhook === null) return { revision: null, deletedNow: false };
      if (webhook.deletedAt !== null) return { revision: webhook.revision, deletedNow: false };
      const fault = stateFault(summaryOf(webhook), ifMatch);
      if (fault !== null) return fault;
      await transaction.decrement(AccountEntity, { id: accountId }, 'webhookCount', 1);
      await recordAudit(transaction, { at, accountId, keyId, action: 'webhook.deleted', subject: id, from });
      const gone = { deletedAt: at, sealed: null, sealingKey: null };
      const revision = await changeWebhook(transaction, webhook, gone, { type: 'webhook.deleted', at });
      return { revision, deletedNow: true };
    });
  }
}
