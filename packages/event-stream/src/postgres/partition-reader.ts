import { setTimeout as sleep } from 'node:timers/promises';
import { type PartitionHandler, PositionOutOfRange, type StreamRecord } from '../event-stream.js';
import type { StreamLog } from '../stream-log.js';
import type { Bell } from './bell.js';
import type { LogReader } from './read.js';
import type { Topic } from './topics.js';

const BATCH_RECORDS = 500;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** One partition that this member holds: claims it, hands its records out one call at a time, gives it back. */
export class PartitionReader {
  #ending = new AbortController();
  #claimed: { epoch: bigint; next: bigint } | null = null;
  #problem: string | null = null;
  #running: Promise<void>;
  #ended: Promise<void> | null = null;

  constructor(
    private readonly topic: Topic,
    readonly partition: number,
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
    if (this.#claimed === null) return null;
    const { epoch, next } = this.#claimed;
    const end = this.bell.end(this.topic.id, this.partition);
    return { epoch, lag: end === null ? null : end > next ? end - next : 0n };
  }

  /** Resolves when the handler has let go: `release` and whatever call was pending are over. */
  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    this.#ending.abort();
    if (this.#claimed === null) await this.#running;
    if (this.#claimed !== null) {
      const { epoch } = this.#claimed;
      await this.handler.release(this.partition, epoch).catch((error: Error) => this.#failed('release', error));
    }
    await this.#running;
  }

  async #run(): Promise<void> {
    const position = await this.#again('claim', async () => {
      const { epoch, position } = await this.handler.claim(this.partition);
      this.#claimed = { epoch, next: position ?? 0n };
      return position;
    });
    const claimed = this.#claimed;
    if (claimed === null || this.#ending.signal.aborted) return;
    if (position === null) {
      const range = await this.#again('range', () => this.reader.range(this.topic, this.partition));
      if (range === undefined) return;
      claimed.next = range.first;
    }
    await this.#handOut(claimed);
  }

  async #handOut(claimed: { epoch: bigint; next: bigint }): Promise<void> {
    const { signal } = this.#ending;
    let appendedAt: Date | undefined;
    while (!signal.aborted) {
      const from = claimed.next;
      const records = await this.#again('read', () =>
        this.reader.read(this.topic, this.partition, from, BATCH_RECORDS, appendedAt),
      );
      if (signal.aborted || records === undefined) return;
      const last: StreamRecord | undefined = records.at(-1);
      if (last === undefined) {
        await this.bell.beyond(this.topic.id, this.partition, from, signal);
        continue;
      }
      claimed.next = last.position + 1n;
      appendedAt = last.appendedAt;
      await this.#again('records', () => this.handler.records(this.partition, claimed.epoch, records));
    }
  }

  /** Does it until it succeeds or the partition ends; then undefined. */
  async #again<Result>(step: string, work: () => Promise<Result>): Promise<Result | undefined> {
    for (
      let pauseMs = FIRST_PAUSE_MS;
      !this.#ending.signal.aborted;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    ) {
      try {
        const result = await work();
        this.#problem = null;
        return result;
      } catch (error) {
        this.#failed(step, error as Error);
        await sleep(pauseMs, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  #failed(step: string, error: Error): void {
    const problem = `${this.topic.name}/${this.partition}: ${step} failed: ${error.message}`;
    if (problem === this.#problem) return;
    this.#problem = problem;
    const facts = { topic: this.topic.name, partition: this.partition, step, error: error.message };
    if (error instanceof PositionOutOfRange) this.log.error(facts, 'stream.position.out_of_range');
    else this.log.warn(facts, 'stream.partition.failed');
  }
}
