import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { recordAudit } from '../audit/record-audit.js';
import { databaseTime } from '../database/database-time.js';
import type { FollowerLeases } from '../feed/follower-leases.js';
import { changeWebhook, lockWebhook } from './change-webhook.js';
import { noFilterWebhook } from './unknown-webhook.js';

/** Since when events are for a webhook, where that is before its creation. */
export class WebhookStarts {
  constructor(
    private readonly database: DataSource,
    private readonly leases: FollowerLeases,
    private readonly clock: Clock,
  ) {}

  /** Answers when every living dispatcher knows, or its lease is over; also when it was so before. */
  async startFrom(
    principal: Principal,
    id: string,
    startFrom: string,
    from?: string,
  ): Promise<Result<{ revision: number }>> {
    const started = await this.commit(principal, id, startFrom, from);
    if (started.ok) await this.leases.applied(started.value.revision);
    return started;
  }

  private commit(
    { accountId, keyId }: Principal,
    id: string,
    startFrom: string,
    from: string | undefined,
  ): Promise<Result<{ revision: number }>> {
    return this.database.transaction(async (transaction): Promise<Result<{ revision: number }>> => {
      const webhook = await lockWebhook(transaction, { id, accountId });
      if (webhook === null || webhook.deletedAt !== null) return noFilterWebhook(transaction, { id, accountId });
      if (!isEarlier(startFrom, webhook.startFrom)) return accepted({ revision: webhook.revision });
      const at = await databaseTime(transaction, this.clock);
      await recordAudit(transaction, { at, accountId, keyId, action: 'webhook.updated', subject: id, from });
      const revision = await changeWebhook(transaction, webhook, { startFrom }, { type: 'webhook.updated', at });
      return accepted({ revision });
    });
  }
}

const timeOf = (start: string): number => (start === 'earliest' ? Number.NEGATIVE_INFINITY : Date.parse(start));

const isEarlier = (start: string, than: string | null): boolean => than === null || timeOf(start) < timeOf(than);
