import { setTimeout as sleep } from 'node:timers/promises';
import { type PartitionHandler, PositionOutOfRange, type StreamRecord, StreamUnavailable } from '../event-stream.js';
import type { StreamLog } from '../stream-log.js';
import type { Bell } from './bell.js';
import type { LogReader } from './read.js';
import type { Topic } from './topics.js';

const BATCH_RECORDS = 500;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** From one claim to its release. */
interface Tenure {
  epoch: bigint;
  /** The position after the last record handed out; null (the oldest) until that is known. */
  next: bigint | null;
  ending: AbortController;
}

/**
 * One partition that this member holds: claims it, hands its records out one call after the other, releases it. When
 * handling fails, or the position is out of range (its owner may set another one), it is released and claimed again.
 */
export class PartitionReader {
  #tenure: Tenure | null = null;
  #problem: string | null = null;
  #pauseMs = FIRST_PAUSE_MS;
  #ending = new AbortController();
  #running: Promise<void>;

  constructor(
    private readonly topic: Topic,
    private readonly partition: number,
    private readonly handler: PartitionHandler,
    private readonly reader: LogReader,
    private readonly bell: Bell,
    private readonly log: StreamLog,
  ) {
    this.#running = this.#run();
  }

  problem(): string | null {
    return this.#problem;
  }

  /** Null until it is claimed. */
  held(): { epoch: bigint; lag: bigint | null } | null {
    if (this.#tenure === null) return null;
    const { epoch, next } = this.#tenure;
    const end = this.bell.end(this.topic.id, this.partition);
    if (next === null || end === null) return { epoch, lag: null };
    return { epoch, lag: end > next ? end - next : 0n };
  }

  /** Resolves when the handler has let go: `release` and whatever call was pending are over. */
  end(): Promise<void> {
    this.#ending.abort();
    this.#tenure?.ending.abort();
    return this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      try {
        await this.#hold(await this.#claim());
      } catch (error) {
        this.#failed(error as Error);
      }
      this.#tenure = null;
      await sleep(this.#pauseMs, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  async #claim(): Promise<Tenure> {
    const { epoch, position } = await this.handler.claim(this.partition);
    this.#tenure = { epoch, next: position, ending: new AbortController() };
    return this.#tenure;
  }

  /** Release begins as soon as the tenure ends, also while a records call is pending; both are awaited. */
  async #hold(tenure: Tenure): Promise<void> {
    const { signal } = tenure.ending;
    const released = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(this.#release(tenure.epoch)), { once: true });
    });
    if (this.#ending.signal.aborted) tenure.ending.abort();
    try {
      await this.#handOut(tenure);
    } finally {
      tenure.ending.abort();
      await released;
    }
  }

  async #release(epoch: bigint): Promise<void> {
    try {
      await this.handler.release(this.partition, epoch);
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  async #handOut(tenure: Tenure): Promise<void> {
    const { signal } = tenure.ending;
    let appendedAt: Date | undefined;
    while (!signal.aborted) {
      const records = await this.#read(tenure, appendedAt);
      if (signal.aborted) return;
      this.#problem = null;
      const last = records.at(-1);
      if (last === undefined) {
        await this.#beyond(tenure);
        continue;
      }
      tenure.next = last.position + 1n;
      appendedAt = last.appendedAt;
      await this.handler.records(this.partition, tenure.epoch, records);
      this.#pauseMs = FIRST_PAUSE_MS;
      // While the bell hears, it knows the end: asking there would only find that there is nothing.
      if (this.bell.problem() === null) await this.#beyond(tenure);
    }
  }

  #beyond({ next, ending }: Tenure): Promise<void> {
    return this.bell.beyond(this.topic.id, this.partition, next ?? 0n, ending.signal);
  }

  /** Waits out an outage of the log: the tenure stays what it is. */
  async #read(tenure: Tenure, appendedAt: Date | undefined): Promise<StreamRecord[]> {
    const { signal } = tenure.ending;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        tenure.next ??= (await this.reader.range(this.topic, this.partition)).first;
        return await this.reader.read(this.topic, this.partition, tenure.next, BATCH_RECORDS, appendedAt);
      } catch (error) {
        if (!(error instanceof StreamUnavailable)) throw error;
        this.#failed(error);
        await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
    return [];
  }

  #failed(error: Error): void {
    const problem = `${this.topic.name}/${this.partition}: ${error.message}`;
    if (problem === this.#problem) return;
    this.#problem = problem;
    const facts = { topic: this.topic.name, partition: this.partition, error: error.message };
    if (error instanceof PositionOutOfRange) this.log.error(facts, 'stream.position.out_of_range');
    else this.log.warn(facts, 'stream.partition.failed');
  }
}
