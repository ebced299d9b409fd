import { ShiftedClock } from '@sluice/service-kit/clock';
import { createLogger } from '@sluice/service-kit/logger';
import { createDatabase } from '@sluice/testing/postgres';
import type { Pool } from 'pg';
import { openDispatchPool } from '../database/dispatch-pool.js';
import { migrateDispatcher } from '../database/migrate.js';
import type { Attempt, Delivery, IdentifiedEvent } from '../model/delivery.js';
import type { LeftByChanges } from '../record/base-change.js';
import { Recorder, type RecorderOptions } from '../record/recorder.js';
import type { RecordingListener } from '../record/recording.js';

/** What the recorder told, in the order in which it did. */
export class Told implements RecordingListener {
  readonly deliveries: Delivery[] = [];
  readonly losses: { partition: number; epoch: bigint }[] = [];
  readonly refused: IdentifiedEvent[] = [];
  payloads = 0;
  recorded(deliveries: readonly Delivery[]): void {
    this.deliveries.push(...deliveries);
  }
  changesRecorded({ payloads }: LeftByChanges): void {
    this.payloads += payloads;
  }
  givenUp(): void {
    // what is to be told is looked up where it is stored
  }
  lanesDue(): void {
    // whoever claims finds them
  }
  unrecordable(event: IdentifiedEvent): void {
    this.refused.push(event);
  }
  moved(): void {
    // the positions are looked up where they are stored
  }
  lost(partition: number, epoch: bigint): void {
    this.losses.push({ partition, epoch });
  }
}

/** A migrated database, and as many dispatchers' recorders on it as a test wants. */
export class Storage {
  readonly clock = new ShiftedClock();
  readonly logger = createLogger({ service: 'test', level: 'silent' });
  readonly #recorders: Recorder[] = [];
  readonly #pools: Pool[] = [];

  private constructor(
    readonly url: string,
    readonly pool: Pool,
    readonly drop: () => Promise<void>,
  ) {}

  static async open(): Promise<Storage> {
    const { url, close } = await createDatabase();
    await migrateDispatcher(url);
    return new Storage(url, openDispatchPool(url), close);
  }

  /** A dispatcher of its own name, unless given. */
  recorder(options: Partial<RecorderOptions> = {}): { recorder: Recorder; told: Told } {
    const told = new Told();
    const pool = options.pool ?? openDispatchPool(this.url, 3);
    const { clock, logger } = this;
    const owner = `dispatcher-${this.#recorders.length}`;
    const recorder = new Recorder({ pool, owner, clock, logger, listener: told, patienceMs: 0, ...options });
    this.#pools.push(pool);
    this.#recorders.push(recorder);
    return { recorder, told };
  }

  async rows<T extends object = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T>(text, values)).rows;
  }

  async count(table: string): Promise<number> {
    const [row] = await this.rows<{ count: string }>(`select count(*) from dispatch.${table}`);
    return Number(row?.count);
  }

  async position(partition: number): Promise<bigint | null> {
    const [row] = await this.rows<{ position: string | null }>(
      'select position from dispatch.partition where partition = $1',
      [partition],
    );
    return row?.position == null ? null : BigInt(row.position);
  }

  async close(): Promise<void> {
    await Promise.all(this.#recorders.map((recorder) => recorder.stop()));
    await Promise.all([...new Set(this.#pools)].map((pool) => pool.end()));
    await this.pool.end();
    await this.drop();
  }
}

/** A try that was answered with 200. */
export const anAttempt = (attempt: Partial<Attempt> = {}): Attempt => ({
  number: 1,
  startedAtMs: Date.parse('2026-03-01T12:00:01Z'),
  latencyMs: 12.5,
  status: 200,
  error: null,
  responseHeaders: null,
  responseExcerpt: Buffer.from('ok'),
  ...attempt,
});
