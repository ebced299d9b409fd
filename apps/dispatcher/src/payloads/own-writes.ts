import { setTimeout as sleep } from 'node:timers/promises';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import type { EventStream, PartitionRange } from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Pool } from 'pg';

export interface OwnWritesParts {
  pool: Pool;
  stream: Pick<EventStream, 'ranges'>;
  clock: Clock;
  logger: Logger;
}

/** A change is recorded within some milliseconds; a dispatcher that can't must not keep readers waiting. */
const LONGEST_MS = 2_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 50;

/** Publishers read their own writes: reading a base's lists waits for what the stream took before. */
export class OwnWrites {
  readonly #parts: OwnWritesParts;

  constructor(parts: OwnWritesParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when every change of the base that the stream has at the time of the call is recorded, by whatever dispatcher.
   * Answers false when that takes too long, or the stream can't say what it has.
   */
  async recorded(baseId: string): Promise<boolean> {
    const { clock, logger } = this.#parts;
    const untilMs = clock.monotonicMs() + LONGEST_MS;
    let ends: PartitionRange[];
    try {
      ends = await inTime(this.#endsFor(baseId));
    } catch (error) {
      logger.info({ err: error, baseId }, 'payloads.stream_not_asked');
      return false;
    }
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      ends = await this.#notReached(ends);
      if (ends.length === 0) return true;
      if (clock.monotonicMs() >= untilMs) break;
      await sleep(pauseMs);
    }
    logger.info({ baseId, partitions: ends.map(({ partition }) => partition) }, 'payloads.read_behind_the_stream');
    return false;
  }

  /** The partitions that the base's changes are in: any, as long as none was recorded. */
  async #endsFor(baseId: string): Promise<PartitionRange[]> {
    const { pool, stream } = this.#parts;
    const [ranges, { rows }] = await Promise.all([
      stream.ranges(EVENTS_TOPIC),
      pool.query<{ partition: number }>('select partition from dispatch.base where base_id = $1', [baseId]),
    ]);
    const own = new Set(rows.map(({ partition }) => partition));
    return ranges.filter(({ partition, first, end }) => end > first && (own.size === 0 || own.has(partition)));
  }

  async #notReached(ends: readonly PartitionRange[]): Promise<PartitionRange[]> {
    if (ends.length === 0) return [];
    const { rows } = await this.#parts.pool.query<{ partition: number; recorded: string }>(
      'select partition, recorded from dispatch.partition where partition = any($1::int4[]) and recorded is not null',
      [ends.map(({ partition }) => partition)],
    );
    const recorded = new Map(rows.map((row) => [row.partition, BigInt(row.recorded)]));
    return ends.filter(({ partition, end }) => (recorded.get(partition) ?? 0n) < end);
  }
}

/** Rejects when the answer takes as long as may be waited in all. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = new AbortController();
  const tooLate = sleep(LONGEST_MS, null, { signal: late.signal }).then(() => {
    throw new Error(`no answer within ${LONGEST_MS} ms`);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    late.abort();
    tooLate.catch(() => {});
  }
}
