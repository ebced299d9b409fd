import { setTimeout as sleep } from 'node:timers/promises';
import { type Message, Partitioners, type Producer } from 'kafkajs';
import { type Appended, type OutgoingRecord, RecordRefused, type StreamUnavailable } from '../event-stream.js';
import { Gather } from '../gather.js';
import { recordBytes } from '../record-bytes.js';
import { KafkaClient } from './client.js';
import { leaderIsMoving, refusesRecord, unavailable } from './failures.js';
import { toMessage } from './record-conversion.js';
import { type Asked, missingRight } from './rights.js';
import { type KafkaSettings, times } from './settings.js';
import { recordBytesLimit } from './topic-configuration.js';
import { within } from './within.js';

interface Item {
  topic: string;
  record: OutgoingRecord;
}

/**
 * Bounds of one produce request. kafkajs puts all records of a partition into one batch of records, and a topic that
 * somebody else made takes such a batch of 1 MiB at most unless its configuration says otherwise.
 */
const batchLimits = { items: 2_000, bytes: 900 * 1024 };

/** Whether a right was given meanwhile only another publish can tell, so a refusal counts for so long. */
const refusedForMs = 10_000;

interface OpenProducer {
  client: KafkaClient;
  producer: Producer;
  /** Where the partitioner of the request under way put each message. */
  partitions: Map<Message, number>;
}

/**
 * Publishes with acks=all. One request is under way at a time, and what arrives meanwhile forms the next. kafkajs'
 * idempotent mode is not used: with several requests under way and a connection that drops it loses acknowledged records
 * (docs/kafka.md). After a send that failed or got no answer in time the producer is replaced, its connections cut, before
 * anything else is sent.
 */
export class KafkaPublisher {
  #open: OpenProducer | null = null;
  #refused: { failure: StreamUnavailable; atMs: number } | null = null;
  readonly #gather = new Gather<Item, Appended>((items) => this.#sendInBounds(items), batchLimits);

  constructor(private readonly settings: KafkaSettings) {}

  async publish(topic: string, records: readonly OutgoingRecord[]): Promise<Appended[]> {
    const sizes = records.map(recordBytes);
    const largest = Math.max(0, ...sizes);
    if (largest > recordBytesLimit) {
      throw new RecordRefused(`a record of ${largest} bytes is over the limit of ${recordBytesLimit}`);
    }
    if (records.length === 0) return [];
    return this.#gather.add(
      records.map((record) => ({ topic, record })),
      sizes.reduce((sum, bytes) => sum + bytes, 0),
    );
  }

  /** How the last publish failed if it lacked a right, and that was a moment ago; null when all is well. */
  problem(): StreamUnavailable | null {
    if (this.#refused === null || performance.now() - this.#refused.atMs > refusedForMs) return null;
    return this.#refused.failure;
  }

  close(): void {
    this.#discard();
  }

  /** A call that is over the bounds by itself goes out in several requests, one after the other. */
  async #sendInBounds(items: readonly Item[]): Promise<Appended[]> {
    const appended: Appended[] = [];
    for (let from = 0; from < items.length; ) {
      let bytes = 0;
      let to = from;
      while (to < items.length && to - from < batchLimits.items) {
        bytes += recordBytes(items[to]!.record);
        if (to > from && bytes > batchLimits.bytes) break;
        to += 1;
      }
      appended.push(...(await this.#send(items.slice(from, to))));
      from = to;
    }
    return appended;
  }

  async #send(items: readonly Item[], firstTriedAt = performance.now()): Promise<Appended[]> {
    try {
      const appended = await within(times.produce, 'a produce request', this.#request(items));
      this.#refused = null;
      return appended;
    } catch (error) {
      this.#discard();
      if (leaderIsMoving(error) && performance.now() - firstTriedAt < times.leaderMove) {
        await sleep(times.betweenTries);
        return this.#send(items, firstTriedAt);
      }
      if (!refusesRecord(error)) throw this.#failed(items, error);
      if (items.length === 1) throw new RecordRefused('Kafka refuses the record', { cause: error });
      const middle = Math.ceil(items.length / 2);
      return [...(await this.#send(items.slice(0, middle))), ...(await this.#send(items.slice(middle)))];
    }
  }

  #failed(items: readonly Item[], error: unknown): StreamUnavailable {
    const asked: Asked = { operation: 'Write', topics: [...new Set(items.map(({ topic }) => topic))] };
    const failure = unavailable('publishing failed', error, asked);
    if (missingRight(error, asked) !== null) {
      if (this.problem() === null) this.settings.logger?.error({ err: failure }, 'publishing is refused');
      this.#refused = { failure, atMs: performance.now() };
    }
    return failure;
  }

  async #request(items: readonly Item[]): Promise<Appended[]> {
    const { producer, partitions } = await this.#connected();
    const byTopic = new Map<string, Message[]>();
    const messages = items.map(({ topic, record }) => {
      const message = toMessage(record);
      const messagesOfTopic = byTopic.get(topic);
      if (messagesOfTopic) messagesOfTopic.push(message);
      else byTopic.set(topic, [message]);
      return message;
    });
    partitions.clear();
    const answers = await producer.sendBatch({
      acks: -1,
      timeout: times.request,
      topicMessages: [...byTopic].map(([topic, ofTopic]) => ({ topic, messages: ofTopic })),
    });
    const next = new Map(
      answers.map(({ topicName, partition, baseOffset }) => [`${partition} ${topicName}`, BigInt(baseOffset ?? -1)]),
    );
    return messages.map((message, index) => {
      const partition = partitions.get(message) ?? -1;
      const place = `${partition} ${items[index]?.topic}`;
      const position = next.get(place);
      if (position === undefined) throw new Error(`no answer for partition ${place}`);
      next.set(place, position + 1n);
      return { partition, position };
    });
  }

  async #connected(): Promise<OpenProducer> {
    if (this.#open) return this.#open;
    const client = new KafkaClient(this.settings);
    const partitions = new Map<Message, number>();
    const producer = client.kafka.producer({
      allowAutoTopicCreation: false,
      idempotent: false,
      maxInFlightRequests: 1,
      retry: { retries: 0 },
      createPartitioner: () => {
        const choose = Partitioners.DefaultPartitioner();
        return (args) => {
          const partition = choose(args);
          partitions.set(args.message, partition);
          return partition;
        };
      },
    });
    this.#open = { client, producer, partitions };
    await producer.connect();
    return this.#open;
  }

  #discard(): void {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    open.producer.disconnect().catch(() => undefined);
    open.client.discard();
  }
}
