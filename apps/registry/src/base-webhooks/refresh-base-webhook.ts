import { accepted, type Result } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import type { BaseCaller } from '../access/base-caller.js';
import { recordAudit } from '../audit/record-audit.js';
import { databaseTime } from '../database/database-time.js';
import { WebhookEntity } from '../webhooks/webhook.entity.js';
import { lockBaseWebhook, visibleTo } from './find-base-webhook.js';
import { expiryFrom, inactive, stageOf, UNKNOWN_BASE_WEBHOOK } from './life.js';

/** A new life for webhooks that still have one (contract airtable 1.4). */
export class BaseWebhookRefresh {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Without a revision: no dispatcher needs to know. One that never expires stays so. */
  refresh(caller: BaseCaller, id: string, from?: string): Promise<Result<{ expirationTime: string | null }>> {
    return this.database.transaction(async (transaction): Promise<Result<{ expirationTime: string | null }>> => {
      const webhook = await lockBaseWebhook(transaction, { ...visibleTo(caller), id });
      if (webhook === null) return UNKNOWN_BASE_WEBHOOK;
      const at = await databaseTime(transaction, this.clock);
      const stage = stageOf(webhook, at);
      if (stage !== 'active') return inactive(stage);
      const expiresAt = webhook.expiresAt === null ? null : expiryFrom(at);
      await transaction.update(WebhookEntity, id, { expiresAt });
      const { accountId, actor: keyId } = caller;
      await recordAudit(transaction, { at, accountId, keyId, action: 'webhook.refreshed', subject: id, from });
      return accepted({ expirationTime: expiresAt?.toISOString() ?? null });
    });
  }
}
