import { type PartitionHandler, type PartitionRange, PositionOutOfRange, type StreamRecord } from '../event-stream.js';
import { recordBytes } from '../record-bytes.js';
import type { Fetched } from './fetch-client.js';

/** More is not fetched while so much waits; a fetch may go over it by one answer. */
const waitingLimits = { records: 2_000, bytes: 4 * 1024 * 1024 };
const recordsPerCall = 500;
const claimAgainAfterMs = 500;
const outOfRangeAgainAfterMs = 10_000;

interface Feeding {
  topic: string;
  partition: number;
  handler: PartitionHandler;
  range(partition: number): Promise<PartitionRange>;
  /** Something may be fetched now that was not wanted before. */
  wanted(): void;
  /** The handler or the log failed; the partition is claimed again after a pause. */
  failed(error: unknown, what: string): void;
}

/** From one claim to its release. */
class Tenure {
  readonly queue: StreamRecord[] = [];
  bytes = 0;
  /** The handler has records that it isn't done with. */
  isWorking = false;
  /** Position up to which nothing is left to do. */
  done: bigint;
  /** Position after the last record handed out. */
  handed: bigint;
  readonly ended: Promise<Error | null>;
  isOver = false;
  /** When the log last answered a fetch, or fetching became possible. */
  answeredAt = performance.now();
  /** Since when the log answers with nothing although it goes on; null while it doesn't. */
  withheldSince: number | null = null;
  readonly #end: (cause: Error | null) => void;
  #wake: () => void = () => undefined;

  constructor(
    readonly epoch: bigint,
    /** Position to fetch next. */
    public next: bigint,
    public end: bigint,
  ) {
    this.handed = next;
    this.done = next;
    const { promise, resolve } = withResolvers<Error | null>();
    this.ended = promise;
    this.#end = resolve;
  }

  get isFull(): boolean {
    return this.queue.length >= waitingLimits.records || this.bytes >= waitingLimits.bytes;
  }

  over(cause: Error | null): void {
    this.isOver = true;
    this.#end(cause);
    this.#wake();
  }

  add(records: readonly StreamRecord[]): void {
    this.queue.push(...records);
    for (const record of records) this.bytes += recordBytes(record);
    this.#wake();
  }

  /** The next records, when there are some; none when the tenure is over. */
  async take(): Promise<StreamRecord[]> {
    while (this.queue.length === 0 && !this.isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.isOver) return [];
    const wasFull = this.isFull;
    const records = this.queue.splice(0, recordsPerCall);
    this.isWorking = true;
    for (const record of records) this.bytes -= recordBytes(record);
    if (wasFull && !this.isFull) this.answeredAt = performance.now();
    return records;
  }
}

/**
 * One partition that fell to this member: claims it, hands its records out one call after the other, and releases it. It
 * is claimed again when claiming or handling failed, and when the position is out of range: the owner may have set another
 * one since. No record is ever jumped over.
 */
export class PartitionFeed {
  readonly partition: number;
  #tenure: Tenure | null = null;
  #closing = false;
  #outOfRange: PositionOutOfRange | null = null;
  #claimFailure: string | null = null;
  #interrupt: () => void = () => undefined;
  readonly #life: Promise<void>;

  /** @param before what has to be over first: the same partition under a former membership. */
  constructor(
    private readonly feeding: Feeding,
    before: Promise<void>,
  ) {
    this.partition = feeding.partition;
    this.#life = before.then(() => this.#live());
  }

  /** Where to fetch from, null while nothing is wanted. */
  get wants(): bigint | null {
    const tenure = this.#tenure;
    if (!tenure || tenure.isOver) return null;
    return tenure.isFull ? null : tenure.next;
  }

  get held(): { epoch: bigint; lag: bigint } | null {
    const tenure = this.#tenure;
    if (!tenure) return null;
    return { epoch: tenure.epoch, lag: tenure.end > tenure.handed ? tenure.end - tenure.handed : 0n };
  }

  get end(): bigint | null {
    return this.#tenure?.end ?? null;
  }

  /** For how many milliseconds nothing came although records are wanted and should come; 0 while all is well. */
  get stillForMs(): number {
    const tenure = this.#tenure;
    if (!tenure || this.wants === null) return 0;
    const since = tenure.withheldSince ?? tenure.answeredAt;
    return performance.now() - since;
  }

  problem(): string | null {
    if (this.#outOfRange) return this.#outOfRange.message;
    return this.#claimFailure && `partition ${this.partition} is not claimed: ${this.#claimFailure}`;
  }

  /** Takes what was fetched from `from`. What was asked for under a former claim no longer fits and is dropped. */
  accept(from: bigint, { records, next, end, stableEnd }: Fetched): void {
    const tenure = this.#tenure;
    if (!tenure || tenure.isOver || tenure.next !== from) return;
    tenure.answeredAt = performance.now();
    if (next > from || stableEnd <= from) tenure.withheldSince = null;
    else tenure.withheldSince ??= performance.now();
    tenure.next = next;
    tenure.end = end;
    if (records.length > 0) tenure.add(records);
    else this.#pass(tenure);
  }

  /** The log's end, learnt while nothing is fetched. */
  sawEnd(end: bigint): void {
    if (this.#tenure && end > this.#tenure.end) this.#tenure.end = end;
  }

  /** The broker doesn't have this position. */
  async outOfRange(from: bigint): Promise<void> {
    const tenure = this.#tenure;
    if (tenure?.next !== from) return;
    const range = await this.feeding.range(this.partition);
    if (from >= range.first && from <= range.end) return;
    tenure.over(new PositionOutOfRange(this.feeding.topic, from, range));
  }

  /** Releases the partition; resolves when the handler is done with it. */
  close(): Promise<void> {
    this.#closing = true;
    this.#tenure?.over(null);
    this.#interrupt();
    return this.#life;
  }

  async #live(): Promise<void> {
    while (!this.#closing) {
      const tenure = await this.#claim();
      if (!tenure) continue;
      this.#tenure = tenure;
      if (this.#closing) tenure.over(null);
      const handingOut = this.#handOut(tenure);
      this.feeding.wanted();
      const cause = await tenure.ended;
      await Promise.all([this.#release(tenure.epoch), handingOut]);
      this.#tenure = null;
      if (cause) await this.#pauseAfter(cause);
    }
  }

  async #claim(): Promise<Tenure | null> {
    const { handler, topic } = this.feeding;
    try {
      const { epoch, position } = await handler.claim(this.partition);
      try {
        const range = await this.feeding.range(this.partition);
        const from = position ?? range.first;
        if (from < range.first || from > range.end) throw new PositionOutOfRange(topic, from, range);
        this.#outOfRange = null;
        this.#claimFailure = null;
        return new Tenure(epoch, from, range.end);
      } catch (error) {
        await this.#release(epoch);
        throw error;
      }
    } catch (error) {
      await this.#pauseAfter(error);
      return null;
    }
  }

  async #handOut(tenure: Tenure): Promise<void> {
    for (;;) {
      const records = await tenure.take();
      const last = records.at(-1);
      if (!last) return;
      tenure.handed = last.position + 1n;
      this.feeding.wanted();
      try {
        await this.feeding.handler.records(this.partition, tenure.epoch, records);
      } catch (error) {
        tenure.over(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      tenure.isWorking = false;
      tenure.done = last.position + 1n;
      this.#pass(tenure);
    }
  }

  /** Moves beyond what is no record, when no record waits before it. */
  #pass(tenure: Tenure): void {
    const { queue, next } = tenure;
    if (queue.length > 0) return;
    if (tenure.handed < next) tenure.handed = next;
    if (tenure.isWorking || tenure.isOver || tenure.done >= next) return;
    tenure.done = next;
    this.feeding.handler.passed?.(this.partition, next);
  }

  async #release(epoch: bigint): Promise<void> {
    await this.feeding.handler.release(this.partition, epoch).catch((error: unknown) => {
      this.feeding.failed(error, 'releasing the partition failed');
    });
  }

  async #pauseAfter(error: unknown): Promise<void> {
    const beyond = error instanceof PositionOutOfRange;
    this.#outOfRange = beyond ? error : null;
    this.#claimFailure = beyond ? null : error instanceof Error ? error.message : String(error);
    this.feeding.failed(error, beyond ? 'the position is out of range' : 'the partition is claimed again');
    if (this.#closing) return;
    const { promise, resolve } = withResolvers<void>();
    this.#interrupt = resolve;
    const timer = setTimeout(resolve, beyond ? outOfRangeAgainAfterMs : claimAgainAfterMs);
    await promise;
    clearTimeout(timer);
  }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
