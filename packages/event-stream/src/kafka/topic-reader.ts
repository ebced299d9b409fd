import type { PartitionHandler, StreamRecord } from '../event-stream.js';
import { KafkaConsumer } from './kafka-consumer.js';
import type { KafkaSettings } from './settings.js';
import { SourceRecord } from './source-record.js';
import { type StartPosition, startPositions } from './start-position.js';
import { tolerantMode } from './tolerant-fetch.js';
import { KafkaTopics } from './topics.js';

export interface TopicReading {
  topic: string;
  group: string;
  /** Stable name of this instance within the group. */
  member: string;
  /** Where a partition begins of which the group has committed no position: at its oldest record, or at a time. */
  start: 'earliest' | Date;
  /**
   * The next records of a partition, in order. When it resolves they are done with, and the position after them is committed;
   * when it throws they come again. `released` says that the partition is to be given up: end what need not be finished.
   */
  records(records: readonly SourceRecord[], released: AbortSignal): Promise<void>;
}

/** How far the group is in a partition: the position of the next record to be done, and the end. */
export interface PartitionProgress {
  partition: number;
  position: bigint;
  end: bigint;
}

/**
 * Reads anybody's topic as a group whose position is the broker's committed offset: each record at least once. What can't be
 * decoded comes as one record that says so. A position out of range is an alarm, never a jump.
 */
export class TopicReader {
  readonly #topics: KafkaTopics;
  readonly #consumer: KafkaConsumer;
  readonly #startOf: (partition: number) => Promise<StartPosition>;
  /** Positions after the last record done, of partitions held. */
  readonly #positions = new Map<number, bigint>();
  readonly #working = new Set<number>();
  readonly #releases = new Map<number, AbortController>();
  #epochs = 0n;

  constructor(
    settings: KafkaSettings,
    private readonly reading: TopicReading,
  ) {
    this.#topics = new KafkaTopics(settings);
    this.#startOf = startPositions(this.#topics, reading);
    const { topic, group, member } = reading;
    const handler: PartitionHandler = {
      claim: (partition) => this.#claim(partition),
      records: (partition, _epoch, records) => this.#records(partition, records),
      passed: (partition, position) => this.#done(partition, position),
      release: (partition) => this.#release(partition),
    };
    this.#consumer = new KafkaConsumer(settings, { topic, group, member, handler }, this.#topics, tolerantMode);
  }

  /** Null while all is well; begins with the topic's name, as most of what the broker says has none. */
  problem(): string | null {
    const problem = this.#consumer.problem();
    return problem === null ? null : `${this.reading.topic}: ${problem}`;
  }

  /** Of the partitions that this member has. */
  progress(): PartitionProgress[] {
    const ends = this.#consumer.ends();
    return [...this.#consumer.held()].flatMap(([partition, { lag }]) => {
      const position = this.#positions.get(partition);
      const end = ends.get(partition);
      if (position === undefined || end === undefined) return [];
      // The log's end may be a marker that is no record.
      const isDone = lag === 0n && !this.#working.has(partition);
      return [{ partition, position: isDone || position > end ? end : position, end }];
    });
  }

  /** Gives the partitions back when the records in hand are done with, and commits their positions. */
  async stop(): Promise<void> {
    await this.#consumer.stop();
    this.#topics.close();
  }

  async #claim(partition: number): Promise<{ epoch: bigint; position: bigint | null }> {
    // Else what was done with before a failure would be done again, from a smaller position.
    await this.#consumer.hintStored(partition);
    const { position, isCommitted } = await this.#startOf(partition);
    this.#positions.set(partition, position);
    this.#releases.set(partition, new AbortController());
    // Where it began stays where it began, also if no record comes before this process ends.
    if (!isCommitted) this.#consumer.hint(partition, position);
    this.#epochs += 1n;
    return { epoch: this.#epochs, position };
  }

  async #records(partition: number, records: readonly StreamRecord[]): Promise<void> {
    const release = this.#releases.get(partition);
    const read = records.filter((record): record is SourceRecord => record instanceof SourceRecord);
    const last = read.at(-1);
    if (release === undefined || last === undefined) return;
    this.#working.add(partition);
    try {
      await this.reading.records(read, release.signal);
      this.#done(partition, last.position + 1n);
    } finally {
      this.#working.delete(partition);
    }
  }

  #done(partition: number, position: bigint): void {
    this.#positions.set(partition, position);
    this.#consumer.hint(partition, position);
  }

  async #release(partition: number): Promise<void> {
    this.#releases.get(partition)?.abort();
  }
}
