import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { ClientBase, Pool } from 'pg';
import {
  createDay,
  DAILY_TABLES,
  type DailyTable,
  dayAfter,
  deleteLate,
  dropDay,
  existingDays,
  lockTable,
} from './day-partitions.js';
import { dropKeptBodies, keepBodies } from './keep-bodies.js';

export interface RetentionOptions {
  pool: Pool;
  clock: Clock;
  logger: Logger;
  /** Days for which finished deliveries, attempts and the small row of each event are kept. */
  keepDays?: number;
  /** Days for which bodies of finished deliveries are kept. */
  keepBodyDays?: number;
  intervalMs?: number;
}

/** Partitions are made so many days ahead: a dispatcher that can't run retention for a while misses none. */
const DAYS_AHEAD = 3;
const HOUR_MS = 3_600_000;
const MOST_TRIES = 10;
const GIVE_WAY_MS = 200;
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK_DETECTED = '40P01';
/** Any number that nothing else locks in this database. */
const ADVISORY_LOCK = 7_105_841_002;

/**
 * Makes the partitions of coming days and drops those of days past (docs/architecture.md, Retention). Pending rows are
 * in no such table, and the bodies they need are copied before their day goes. Every dispatcher runs it; one at a time
 * does the work.
 */
export class Retention {
  readonly #options: Required<RetentionOptions>;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: RetentionOptions) {
    this.#options = { keepDays: 30, keepBodyDays: 3, intervalMs: HOUR_MS, ...options };
  }

  /** Runs once, so that today has its partitions, and then on an interval. Throws when the first run fails. */
  async start(): Promise<void> {
    await this.run();
    this.#timer = setInterval(() => {
      this.#running = this.run().catch((error: unknown) => {
        this.#options.logger.warn({ error }, 'retention.failed');
      });
    }, this.#options.intervalMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  /** One round. Does nothing when another dispatcher is at it. */
  async run(): Promise<void> {
    const client = await this.#options.pool.connect();
    try {
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
        ADVISORY_LOCK,
      ]);
      if (rows[0]?.mine === true) {
        await this.#round(client);
        await client.query('select pg_advisory_unlock($1)', [ADVISORY_LOCK]);
      }
      client.release();
    } catch (error) {
      // The lock goes with the connection.
      client.release(true);
      throw error;
    }
  }

  async #round(client: ClientBase): Promise<void> {
    const { clock, keepDays, keepBodyDays, logger } = this.#options;
    const { rows } = await client.query<{ now: Date }>(`select now() + $1::float8 * interval '1 millisecond' as now`, [
      clock.shiftMs,
    ]);
    const nowMs = rows[0]!.now.getTime();
    for (const table of DAILY_TABLES) {
      const days = new Set(await existingDays(client, table));
      for (let ahead = 0; ahead <= DAYS_AHEAD; ahead += 1) {
        const day = dayAfter(nowMs, ahead);
        if (!days.has(day)) await transaction(client, () => createDay(client, table, day));
      }
      const lastDay = dayAfter(nowMs, -1 - (table === 'event_body' ? keepBodyDays : keepDays));
      const over = [...days].filter((day) => day <= lastDay);
      await transaction(client, () => dropUpTo(client, table, lastDay, over));
      if (over.length > 0) logger.info({ table, days: over }, 'retention.dropped');
    }
    await dropKeptBodies(client);
  }
}

async function dropUpTo(client: ClientBase, table: DailyTable, lastDay: string, days: string[]): Promise<void> {
  // Most of the copying happens before the lock; what became pending meanwhile is copied under it.
  if (table === 'event_body') await keepBodies(client, lastDay);
  await lockTable(client, table);
  if (table === 'event_body') await keepBodies(client, lastDay);
  for (const day of days) await dropDay(client, table, day);
  await deleteLate(client, table, lastDay);
}

/**
 * While a transaction waits for a table, everybody else waits behind it: so it waits briefly, gives way and tries again.
 * The last failure is thrown.
 */
async function transaction(client: ClientBase, work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await client.query('begin');
    try {
      await client.query(`set local lock_timeout = '1s'`);
      await work();
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback').catch(() => {});
      const { code } = error as { code?: string };
      if (tries === MOST_TRIES || (code !== LOCK_NOT_AVAILABLE && code !== DEADLOCK_DETECTED)) throw error;
      await sleep(GIVE_WAY_MS);
    }
  }
}
