import { accepted, type Result } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { type BaseCaller, demandScopes } from '../access/base-caller.js';
import { databaseTime } from '../database/database-time.js';
import { findBaseWebhook, visibleTo } from './find-base-webhook.js';
import { ACTIVE_MS, stageOf, UNKNOWN_BASE_WEBHOOK } from './life.js';
import { readSpecification } from './read-specification.js';

/** Reading the payloads of a webhook: who may, and what it does to the webhook's life (contract airtable 1.3, 5.1). */
export class PayloadReading {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** An active webhook lives for 7 days from now on; an expired or invalid one is read and nothing more. */
  async begin(caller: BaseCaller, id: string): Promise<Result<Record<string, never>>> {
    const { manager } = this.database;
    const webhook = await findBaseWebhook(manager, { ...visibleTo(caller), id });
    if (webhook === null) return UNKNOWN_BASE_WEBHOOK;
    const stage = stageOf(webhook, await databaseTime(manager, this.clock));
    if (stage === 'gone') return UNKNOWN_BASE_WEBHOOK;
    const options = readSpecification(webhook.specification!);
    if (!options.ok) throw new Error(`the specification of ${id} can't be read: ${options.refusal.message}`);
    const scopes = demandScopes(caller, options.value.filters.dataTypes);
    if (!scopes.ok) return scopes;
    if (stage === 'active' && webhook.expiresAt !== null) await this.extend(id);
    return accepted({});
  }

  /** Without a revision: no dispatcher needs to know, and readers don't queue for the one lock of all changes. */
  private async extend(id: string): Promise<void> {
    await this.database.query(
      `update registry.webhook
       set expires_at = date_trunc('milliseconds', time.now) + $3 * interval '1 millisecond'
       from (select clock_timestamp() + $2 * interval '1 millisecond' as now) time
       where id = $1 and deleted_at is null and state = 'enabled' and expires_at > time.now`,
      [id, this.clock.shiftMs, ACTIVE_MS],
    );
  }
}
