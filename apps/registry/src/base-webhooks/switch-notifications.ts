import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import type { BaseCaller } from '../access/base-caller.js';
import { recordAudit } from '../audit/record-audit.js';
import { databaseTime } from '../database/database-time.js';
import type { FollowerLeases } from '../feed/follower-leases.js';
import { plainText } from '../texts/plain-text.js';
import { changeWebhook } from '../webhooks/change-webhook.js';
import { lockBaseWebhook, visibleTo } from './find-base-webhook.js';
import { inactive, stageOf, UNKNOWN_BASE_WEBHOOK } from './life.js';

const REASON_LIMIT = 500;

const NO_URL = refused(
  'invalid',
  'notificationUrl was not given when this webhook was created: there is nothing to notify',
  'notificationUrl',
);

/** Whether a webhook's endpoint is pinged (contract airtable 1.5, 3.3). Its payloads and its life go on either way. */
export class NotificationSwitch {
  constructor(
    private readonly database: DataSource,
    private readonly leases: FollowerLeases,
    private readonly clock: Clock,
  ) {}

  /** Switching off is answered when no dispatcher can start another ping: every living one knows, or its lease is over. */
  async turn(caller: BaseCaller, id: string, enable: boolean, from?: string): Promise<Result<{ revision: number }>> {
    const turned = await this.commit(caller, id, enable, from);
    if (turned.ok && !enable) await this.leases.applied(turned.value.revision);
    return turned;
  }

  private commit(
    caller: BaseCaller,
    id: string,
    enable: boolean,
    from: string | undefined,
  ): Promise<Result<{ revision: number }>> {
    return this.database.transaction(async (transaction): Promise<Result<{ revision: number }>> => {
      const webhook = await lockBaseWebhook(transaction, { ...visibleTo(caller), id });
      if (webhook === null) return UNKNOWN_BASE_WEBHOOK;
      const at = await databaseTime(transaction, this.clock);
      const stage = stageOf(webhook, at);
      if (stage !== 'active') return inactive(stage);
      if (enable && webhook.endpoint === null) return NO_URL;
      if (webhook.notificationsEnabled === enable) return accepted({ revision: webhook.revision });
      const { accountId, actor: keyId } = caller;
      const action = enable ? 'webhook.notifications_enabled' : 'webhook.notifications_disabled';
      await recordAudit(transaction, { at, accountId, keyId, action, subject: id, from });
      const change = { notificationsEnabled: enable, disabledReason: null };
      return accepted({ revision: await changeWebhook(transaction, webhook, change, { type: 'webhook.updated', at }) });
    });
  }

  /**
   * The endpoint failed to the last retry. Idempotent; does not wait for dispatchers, since one of them is who asks.
   * Answers the revision of the webhook; null when there is none (any more).
   */
  giveUp(id: string, reason: string): Promise<number | null> {
    const why = plainText(reason, REASON_LIMIT);
    return this.database.transaction(async (transaction) => {
      const webhook = await lockBaseWebhook(transaction, { id });
      if (webhook === null || webhook.deletedAt !== null) return null;
      if (!webhook.notificationsEnabled) return webhook.revision;
      const at = await databaseTime(transaction, this.clock);
      const { accountId } = webhook;
      const audited = { at, accountId, keyId: null, subject: id, reason: why };
      await recordAudit(transaction, { ...audited, action: 'webhook.notifications_disabled' });
      // Why an invalid one is over says more than why nobody hears of it.
      const change = { notificationsEnabled: false, disabledReason: webhook.disabledReason ?? why };
      return changeWebhook(transaction, webhook, change, { type: 'webhook.updated', reason: why, at });
    });
  }
}
