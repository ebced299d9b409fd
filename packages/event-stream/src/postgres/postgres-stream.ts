import type {
  Appended,
  EventStream,
  OutgoingRecord,
  PartitionRange,
  StreamRecord,
  Subscription,
} from '../event-stream.js';
import { type StreamLog, silentLog } from '../stream-log.js';
import { Appender } from './append.js';
import { Bell } from './bell.js';
import { connectStream, type StreamConnections } from './connections.js';
import { PostgresConsumer } from './consumer.js';
import { LogReader } from './read.js';
import { Retention } from './retention.js';
import { Topics } from './topics.js';

export interface PostgresStreamOptions {
  connectionString: string;
  /** How many days the log keeps; default 7. */
  retentionDays?: number;
  logger?: StreamLog;
  /** Tests shift the time that retention goes by. */
  clock?: { readonly shiftMs: number };
}

/**
 * Opens the log in schema `stream`, which `migratePostgresStream` has made. Throws `StreamUnavailable` when the database
 * can't be reached; once open, it heals by itself.
 */
export async function openPostgresStream(options: PostgresStreamOptions): Promise<EventStream> {
  const { connectionString, retentionDays = 7, logger = silentLog, clock = { shiftMs: 0 } } = options;
  const connections = connectStream(connectionString, logger);
  try {
    const [found] = await connections.control.rows<{ there: boolean }>(
      "select to_regclass('stream.record') is not null as there",
    );
    if (!found?.there) throw new Error('the database has no schema stream: run the migrations first');
    const retention = new Retention(connections, retentionDays, clock, logger);
    await retention.start();
    return new PostgresStream(connections, retention, logger);
  } catch (error) {
    await connections.end();
    throw error;
  }
}

class PostgresStream implements EventStream {
  #topics: Topics;
  #reader: LogReader;
  #appender: Appender;
  #bell: Bell;
  #consumers = new Set<PostgresConsumer>();

  constructor(
    private readonly connections: StreamConnections,
    private readonly retention: Retention,
    private readonly log: StreamLog,
  ) {
    this.#topics = new Topics(connections);
    this.#reader = new LogReader(connections);
    this.#appender = new Appender(connections, () => retention.createDays());
    this.#bell = new Bell(connections, log);
  }

  ensureTopics(topics: readonly { topic: string; partitions: number }[]): Promise<void> {
    return this.#topics.ensure(topics);
  }

  async publish(topic: string, records: readonly OutgoingRecord[]): Promise<Appended[]> {
    return this.#appender.append(await this.#topics.get(topic), records);
  }

  async consume(subscription: Subscription): Promise<PostgresConsumer> {
    const topic = await this.#topics.get(subscription.topic);
    const consumer = new PostgresConsumer(this.connections, topic, subscription, this.#reader, this.#bell, this.log);
    this.#consumers.add(consumer);
    return consumer;
  }

  async read(topic: string, partition: number, from: bigint, limit: number): Promise<StreamRecord[]> {
    return this.#reader.read(await this.#topics.get(topic), partition, from, limit);
  }

  async ranges(topic: string): Promise<PartitionRange[]> {
    return this.#reader.ranges(await this.#topics.get(topic));
  }

  async positionsAt(topic: string, time: Date): Promise<Map<number, bigint>> {
    return this.#reader.positionsAt(await this.#topics.get(topic), time);
  }

  /** A durable write of one small row: what publishing needs, a disk with room included. */
  async probe(): Promise<void> {
    await this.connections.control.rows('update stream.probe set at = clock_timestamp()');
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.stop()));
    this.retention.stop();
    await this.#bell.close();
    await this.connections.end();
  }
}
