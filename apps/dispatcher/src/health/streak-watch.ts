import type { Registry } from '@sluice/contracts/registry-commands';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import { Rounds } from '@sluice/service-kit/rounds';
import type { ClientBase, Pool } from 'pg';
import { insertOperational } from '../announcements/write-operational.js';
import { whileLocked } from '../database/locked-work.js';
import type { RegistryFollower } from '../webhooks/registry-follower.js';
import type { WebhookIndex } from '../webhooks/webhook-index.js';
import { consequenceOf, type StreakConsequence } from './streak.js';
import { forgetStreaks, lockRipeStreaks, writeStreaks } from './streak-rows.js';

export interface StreakWatchParts {
  pool: Pool;
  index: Pick<WebhookIndex, 'get'>;
  follower: Pick<RegistryFollower, 'fresh'>;
  registry: Pick<Registry, 'disableWebhook'>;
  clock: Clock;
  logger: Logger;
  /** There are operational events to expand. */
  told: () => void;
}

const EVERY_MS = 2_000;
const PAGE = 100;
/** Any number that nothing else locks in this database. */
const ADVISORY_LOCK = 7_105_841_004;

/**
 * Looks at the streaks of failures every few seconds, one dispatcher at a time: tells that webhooks fail or have recovered,
 * once for each streak, and asks the registry to disable those that have failed for days. What is told and the row that
 * remembers it are one transaction.
 */
export class StreakWatch {
  readonly #parts: StreakWatchParts;
  readonly #rounds: Rounds;

  constructor(parts: StreakWatchParts) {
    this.#parts = parts;
    this.#rounds = new Rounds({
      round: () => this.#round(),
      idleMs: EVERY_MS,
      failed: (error) => parts.logger.warn({ err: error }, 'streaks.not_watched'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #round(): Promise<void> {
    // What webhooks are is known from the index alone.
    if (!this.#parts.follower.fresh()) return;
    await whileLocked(this.#parts.pool, ADVISORY_LOCK, async (client) => {
      let after: string | null = '';
      while (after !== null && !this.#rounds.stopped && this.#parts.follower.fresh()) {
        after = await this.#page(client, after);
      }
    });
  }

  /** Answers the webhook after which the next page begins; null when this was the last one. */
  async #page(client: ClientBase, after: string): Promise<string | null> {
    const { index, clock, told } = this.#parts;
    await client.query('begin');
    const { streaks, nowMs } = await lockRipeStreaks(client, { after, limit: PAGE, shiftMs: clock.shiftMs });
    const consequences = streaks.map(({ webhookId, ...streak }) => ({
      webhookId,
      ...consequenceOf({ webhookId, ...streak }, index.get(webhookId), nowMs),
    }));
    const tell = consequences.flatMap((consequence) => consequence.tell);
    await insertOperational(client, tell, clock.shiftMs);
    await forgetStreaks(
      client,
      consequences.filter(({ row }) => row === null).map(({ webhookId }) => webhookId),
    );
    await writeStreaks(
      client,
      consequences.flatMap(({ row }) => row ?? []),
    );
    await client.query('commit');
    if (tell.length > 0) told();
    for (const consequence of consequences) await this.#disable(client, consequence);
    return streaks.length < PAGE ? null : (streaks.at(-1)?.webhookId ?? null);
  }

  /** The registry owns the switch. When it can't be asked now, the next round asks it again. */
  async #disable(client: ClientBase, consequence: StreakConsequence & { webhookId: string }): Promise<void> {
    const { registry, logger } = this.#parts;
    const { webhookId, disable: reason } = consequence;
    if (reason === null) return;
    try {
      await registry.disableWebhook({ webhookId, reason });
    } catch (error) {
      logger.warn({ err: error, webhookId }, 'webhook.not_disabled');
      return;
    }
    // Enabled again, it begins anew.
    await forgetStreaks(client, [webhookId]);
  }
}
