import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { ClientBase, Pool } from 'pg';
import { whileLocked } from '../database/locked-work.js';
import {
  createDay,
  DAILY_TABLES,
  type DailyTable,
  dayAfter,
  deleteLate,
  dropDay,
  existingDays,
  hasLate,
  lockAgainstWriters,
  lockTable,
  staysInDefault,
} from './day-partitions.js';
import { endOverdue } from './end-overdue.js';
import { dropKeptBodies, keepBodies } from './keep-bodies.js';

export interface RetentionOptions {
  pool: Pool;
  clock: Clock;
  logger: Logger;
  /** Days for which finished deliveries, attempts and the small row of each event are kept. */
  keepDays?: number;
  /** Days for which bodies of finished deliveries are kept. */
  keepBodyDays?: number;
  /** Days for which payloads are kept, read or not (contract airtable 4.6). */
  keepPayloadDays?: number;
  /** Days for which webhooks' hourly counts are kept. */
  keepRollupDays?: number;
  /** Rows of webhooks and bases that are gone go after each round of days. */
  forgetGone?: () => Promise<void>;
  /** How often days are made and dropped. */
  intervalMs?: number;
}

/** Partitions are made so many days ahead: a dispatcher that can't run retention for a while misses none. */
const DAYS_AHEAD = 3;
const HOUR_MS = 3_600_000;
/** How often pending rows over their time are ended, and what failed is tried again. */
const MINUTE_MS = 60_000;
/** While a lock is waited for, everybody else waits behind it. */
const LOCK_TIMEOUT = '100ms';
const MOST_TRIES = 5;
const GIVE_WAY_MS = 100;
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK_DETECTED = '40P01';
/** Any number that nothing else locks in this database. */
const ADVISORY_LOCK = 7_105_841_002;

/**
 * What ends by time (docs/architecture.md, Retention): pending rows whose event is too old, and the days that are over,
 * whose partitions are dropped; those of coming days are made. Pending rows are in no such partition, and the bodies they
 * need are copied before their day goes. Every dispatcher runs it; one at a time makes and drops days.
 *
 * Nothing depends on a run: rows of a day without a partition fall into the default one. So a run that can't have a table
 * at once, because somebody reads it for long, gives up soon and is made good later.
 */
export class Retention {
  readonly #options: Required<RetentionOptions>;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #daysDueAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: RetentionOptions) {
    this.#options = {
      keepDays: 30,
      keepBodyDays: 3,
      keepPayloadDays: 7,
      keepRollupDays: 90,
      forgetGone: async () => {},
      intervalMs: HOUR_MS,
      ...options,
    };
  }

  /** Runs once, and then every minute, days once an hour. A run that fails is logged and made good by a later one. */
  async start(): Promise<void> {
    await this.#everyMinute();
    this.#timer = setInterval(() => void this.#everyMinute(), MINUTE_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#running;
  }

  /** One round of days. Does nothing when another dispatcher is at it. Throws when it can't have a table for itself. */
  run(): Promise<void> {
    return whileLocked(this.#options.pool, ADVISORY_LOCK, (client) => this.#round(client));
  }

  #everyMinute(): Promise<void> {
    this.#running ??= this.#whatIsDue().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #whatIsDue(): Promise<void> {
    const { pool, clock, intervalMs, logger } = this.#options;
    await endOverdue(pool, clock.shiftMs).then(
      (ended) => ended > 0 && logger.info({ ended }, 'pending.over_time'),
      (error: unknown) => logger.warn({ err: error }, 'pending.over_time_not_ended'),
    );
    if (clock.monotonicMs() < this.#daysDueAtMs) return;
    await this.run().then(
      () => {
        this.#daysDueAtMs = clock.monotonicMs() + intervalMs;
      },
      (error: unknown) => logger.warn({ err: error }, 'retention.failed'),
    );
  }

  async #round(client: ClientBase): Promise<void> {
    const { clock, keepDays, keepBodyDays, keepPayloadDays, keepRollupDays, forgetGone } = this.#options;
    const { rows } = await client.query<{ now: Date }>(`select now() + $1::float8 * interval '1 millisecond' as now`, [
      clock.shiftMs,
    ]);
    const nowMs = rows[0]!.now.getTime();
    for (const table of DAILY_TABLES) {
      const days = new Set(await existingDays(client, table));
      for (let ahead = 0; ahead <= DAYS_AHEAD; ahead += 1) {
        const day = dayAfter(nowMs, ahead);
        if (!days.has(day)) await this.#makeDay(client, table, day);
      }
      const own: Partial<Record<DailyTable, number>> = {
        event_body: keepBodyDays,
        payload: keepPayloadDays,
        rollup: keepRollupDays,
      };
      const keep = own[table] ?? keepDays;
      const lastDay = dayAfter(nowMs, -1 - keep);
      const over = [...days].filter((day) => day <= lastDay);
      await this.#dropDays(client, table, lastDay, over);
    }
    await dropKeptBodies(client);
    await forgetGone();
  }

  async #makeDay(client: ClientBase, table: DailyTable, day: string): Promise<void> {
    if (await staysInDefault(client, table, day)) {
      this.#options.logger.warn({ table, day }, 'retention.day_stays_in_default_partition');
    } else await transaction(client, () => createDay(client, table, day));
  }

  /** Takes no lock that others feel when there is nothing to drop. */
  async #dropDays(client: ClientBase, table: DailyTable, lastDay: string, over: readonly string[]): Promise<void> {
    const late = await hasLate(client, table, lastDay);
    if (over.length === 0 && !late) return;
    // Most of the copying happens before the lock; what became pending meanwhile is copied under it.
    if (table === 'event_body') await keepBodies(client, lastDay);
    await transaction(client, async () => {
      if (over.length > 0) await lockTable(client, table);
      else if (table === 'event_body') await lockAgainstWriters(client, table);
      if (table === 'event_body') await keepBodies(client, lastDay);
      for (const day of over) await dropDay(client, table, day);
      if (late) await deleteLate(client, table, lastDay);
    });
    if (over.length > 0) this.#options.logger.info({ table, days: over }, 'retention.dropped');
  }
}

/** Waits for a lock briefly, gives way and tries again, a few times; then the failure is thrown. */
async function transaction(client: ClientBase, work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    await client.query('begin');
    try {
      await client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
      await work();
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback').catch(() => {});
      const { code } = error as { code?: string };
      if (tries === MOST_TRIES || (code !== LOCK_NOT_AVAILABLE && code !== DEADLOCK_DETECTED)) throw error;
      await sleep(GIVE_WAY_MS * (0.5 + Math.random()));
    }
  }
}
