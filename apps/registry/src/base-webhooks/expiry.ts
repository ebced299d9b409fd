import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import { Rounds } from '@sluice/service-kit/rounds';
import { type DataSource, type EntityManager, In, IsNull, LessThanOrEqual } from 'typeorm';
import { recordAudit } from '../audit/record-audit.js';
import { databaseTime } from '../database/database-time.js';
import { changeWebhook } from '../webhooks/change-webhook.js';
import { WebhookEntity } from '../webhooks/webhook.entity.js';
import { deleteLocked } from './delete-base-webhook.js';
import { READABLE_MS } from './life.js';

const LOOK_MS = 1_000;
/** Each holds the lock of all revisions until its transaction ends. */
const BATCH = 50;
const END = 'it expired, and could be read for another 7 days';

/**
 * Turns webhooks `expired` whose time has come, and deletes them when they could be read for long enough (contract
 * airtable 5.1). Any number of registries share the work.
 */
export class WebhookExpiry {
  private readonly rounds: Rounds;

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.rounds = new Rounds({
      round: async () => {
        if ((await this.round(expireDue)) + (await this.round(deleteOld)) > 0) this.rounds.wake();
      },
      idleMs: LOOK_MS,
      failed: (error) => logger.error({ err: error }, 'expiry.failed'),
    });
  }

  start(): void {
    this.rounds.start();
  }

  /** Resolves when nothing is under way any more. */
  stop(): Promise<void> {
    return this.rounds.stop();
  }

  /** Answers how many webhooks it ended. */
  private async round(end: (transaction: EntityManager, now: Date) => Promise<Ended[]>): Promise<number> {
    const ended = await this.database.transaction(async (transaction) =>
      end(transaction, await databaseTime(transaction, this.clock)),
    );
    for (const { fact, ...fields } of ended) this.logger.info(fields, fact);
    return ended.length;
  }
}

interface Ended {
  fact: 'webhook.expired' | 'webhook.deleted';
  webhookId: string;
  accountId: string;
  revision: number;
}

async function expireDue(transaction: EntityManager, now: Date): Promise<Ended[]> {
  const due = await transaction.find(WebhookEntity, {
    where: { state: 'enabled', expiresAt: LessThanOrEqual(now), deletedAt: IsNull() },
    ...NEXT,
  });
  const ended: Ended[] = [];
  for (const webhook of due) {
    const { id, accountId } = webhook;
    await recordAudit(transaction, { at: now, accountId, keyId: null, action: 'webhook.expired', subject: id });
    const fact = { type: 'webhook.expired', at: now } as const;
    const revision = await changeWebhook(transaction, webhook, { state: 'expired' }, fact);
    ended.push({ fact: fact.type, webhookId: id, accountId, revision });
  }
  return ended;
}

async function deleteOld(transaction: EntityManager, now: Date): Promise<Ended[]> {
  const old = await transaction.find(WebhookEntity, {
    where: {
      // One that is still enabled expires first: whoever follows the facts hears of both.
      state: In(['expired', 'invalid']),
      expiresAt: LessThanOrEqual(new Date(now.getTime() - READABLE_MS)),
      deletedAt: IsNull(),
    },
    ...NEXT,
  });
  const ended: Ended[] = [];
  for (const webhook of old) {
    const { id: webhookId, accountId } = webhook;
    const revision = await deleteLocked(transaction, webhook, { at: now, keyId: null, reason: END });
    ended.push({ fact: 'webhook.deleted', webhookId, accountId, revision });
  }
  return ended;
}

const NEXT = {
  order: { expiresAt: 'asc' },
  take: BATCH,
  lock: { mode: 'pessimistic_write', onLocked: 'skip_locked' },
} as const;
