import {
  type Appended,
  type EventStream,
  type OutgoingRecord,
  type PartitionRange,
  PositionOutOfRange,
  type StreamConsumer,
  type StreamRecord,
  type Subscription,
} from '../event-stream.js';
import { unavailable } from './failures.js';
import { FetchClient, FetchOutOfRange } from './fetch-client.js';
import { KafkaConsumer } from './kafka-consumer.js';
import { KafkaPublisher } from './publisher.js';
import type { KafkaSettings } from './settings.js';
import { KafkaTopics } from './topics.js';

/** The stream port on Apache Kafka (docs/kafka.md). Resolves at once; whether a broker answers, `probe` says. */
export async function openKafkaStream(settings: KafkaSettings): Promise<EventStream> {
  return new KafkaStream(settings);
}

class KafkaStream implements EventStream {
  readonly #publisher: KafkaPublisher;
  readonly #topics: KafkaTopics;
  readonly #readers = new Map<string, FetchClient>();
  readonly #consumers = new Set<KafkaConsumer>();
  readonly #publishedTo = new Set<string>();

  constructor(private readonly settings: KafkaSettings) {
    this.#publisher = new KafkaPublisher(settings);
    this.#topics = new KafkaTopics(settings);
  }

  ensureTopics(topics: readonly { topic: string; partitions: number }[]): Promise<void> {
    return this.#topics.ensure(topics);
  }

  publish(topic: string, records: readonly OutgoingRecord[]): Promise<Appended[]> {
    this.#publishedTo.add(topic);
    return this.#publisher.publish(topic, records);
  }

  async consume(subscription: Subscription): Promise<StreamConsumer> {
    const consumer = new KafkaConsumer(this.settings, subscription, this.#topics);
    this.#consumers.add(consumer);
    return consumer;
  }

  async read(topic: string, partition: number, from: bigint, limit: number): Promise<StreamRecord[]> {
    const reader = this.#reader(topic);
    const failed = (error: unknown) =>
      unavailable(`reading ${topic} failed`, error, { operation: 'Read', topics: [topic] });
    try {
      for (let next = from; ; ) {
        const leader = (await reader.leaders()).get(partition);
        if (leader === undefined) throw new Error(`${topic} has no partition ${partition}`);
        const [answer] = await reader.fetch(leader, [{ partition, from: next }], 0);
        if (!answer || answer.records.length > 0) return answer?.records.slice(0, limit) ?? [];
        if (answer.next === next) return [];
        next = answer.next;
      }
    } catch (error) {
      if (!(error instanceof FetchOutOfRange)) throw failed(error);
      const range = (await this.ranges(topic)).find((each) => each.partition === partition);
      if (range && (from < range.first || from > range.end)) throw new PositionOutOfRange(topic, from, range);
      throw failed(error);
    }
  }

  ranges(topic: string): Promise<PartitionRange[]> {
    return this.#topics.ranges(topic);
  }

  positionsAt(topic: string, time: Date): Promise<Map<number, bigint>> {
    return this.#topics.positionsAt(topic, time);
  }

  async probe(): Promise<void> {
    await this.#topics.probe([...this.#publishedTo]);
    const refused = this.#publisher.problem();
    if (refused !== null) throw refused;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.stop()));
    this.#publisher.close();
    this.#topics.close();
    for (const reader of this.#readers.values()) reader.discard();
  }

  #reader(topic: string): FetchClient {
    const known = this.#readers.get(topic);
    if (known) return known;
    const reader = new FetchClient(this.settings, topic);
    this.#readers.set(topic, reader);
    return reader;
  }
}
