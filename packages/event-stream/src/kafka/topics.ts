import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { PartitionRange } from '../event-stream.js';
import { KafkaClient } from './client.js';
import { leaderIsMoving, unavailable } from './failures.js';
import type { Asked } from './rights.js';
import { type KafkaSettings, times } from './settings.js';
import { creationOf, partitionDifferences, topicDifferences, type WantedTopic } from './topic-configuration.js';
import { within } from './within.js';

interface OpenAdmin {
  client: KafkaClient;
  admin: Admin;
  connected: Promise<Admin>;
}

/** A new topic is known before all of its leaders serve it; until then they refuse it. */
async function untilServed(admin: Admin, topic: string): Promise<void> {
  for (;;) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (!leaderIsMoving(error)) throw error;
      await sleep(times.betweenTries);
    }
  }
}

/** The adapter's questions about topics, over one admin client that is replaced when it fails. */
export class KafkaTopics {
  #open: OpenAdmin | null = null;

  constructor(private readonly settings: KafkaSettings) {}

  /**
   * Creates what is missing and waits for its leaders, unless the settings forbid it: then each topic is compared with them.
   * @throws Error when a topic has another number of partitions, or, compared, is missing or differs; with all that differs.
   */
  async ensure(topics: readonly WantedTopic[]): Promise<void> {
    const settings = { create: true, ...this.settings.topics };
    const names = topics.map(({ topic }) => topic);
    const present = new Set(
      await this.#ask('asking for topics', { operation: 'Describe', topics: names }, (admin) => admin.listTopics()),
    );
    const missing = topics.filter(({ topic }) => !present.has(topic));
    const differences = settings.create
      ? await this.#create(missing).then(() =>
          this.#ask('asking for topics', { operation: 'Describe', topics: names }, (admin) =>
            partitionDifferences(admin, topics),
          ),
        )
      : await this.#ask('comparing topics', { operation: 'DescribeConfigs', topics: names }, (admin) =>
          topicDifferences(
            admin,
            topics.filter(({ topic }) => present.has(topic)),
            settings,
          ),
        );
    if (!settings.create) {
      const notThere =
        "is missing, or this client's principal lacks the right Describe on it, and no topics are created here";
      differences.push(...missing.map(({ topic }) => `topic ${topic} ${notThere}`));
    }
    if (differences.length > 0) throw new Error(differences.join('; '));
  }

  ranges(topic: string): Promise<PartitionRange[]> {
    return this.#ask('asking for the ranges', { operation: 'Describe', topics: [topic] }, async (admin) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      return offsets
        .map(({ partition, low, high }) => ({ partition, first: BigInt(low), end: BigInt(high) }))
        .sort((a, b) => a.partition - b.partition);
    });
  }

  positionsAt(topic: string, time: Date): Promise<Map<number, bigint>> {
    return this.#ask('asking for positions at a time', { operation: 'Describe', topics: [topic] }, async (admin) => {
      const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, time.getTime());
      return new Map(offsets.map(({ partition, offset }) => [partition, BigInt(offset)]));
    });
  }

  /** The positions that the group has committed; a partition without one is not among them. */
  committed(topic: string, group: string): Promise<Map<number, bigint>> {
    return this.#ask(
      'asking for committed positions',
      { operation: 'Describe', topics: [topic], group },
      async (admin) => {
        const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
        const positions = found?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)] as const) ?? [];
        return new Map(positions.filter(([, position]) => position >= 0n));
      },
    );
  }

  /** @throws StreamUnavailable when no broker answers, or a partition of a topic that was published to has no leader. */
  probe(topics: readonly string[]): Promise<void> {
    return this.#ask('probing', { operation: 'Describe', topics }, async (admin) => {
      await admin.describeCluster();
      if (topics.length === 0) return;
      const { topics: described } = await admin.fetchTopicMetadata({ topics: [...topics] });
      for (const { name, partitions } of described) {
        const orphan = partitions.find(({ leader }) => leader < 0);
        if (orphan) throw new Error(`partition ${orphan.partitionId} of ${name} has no leader`);
      }
    });
  }

  close(): void {
    this.#discard(this.#open);
  }

  #create(missing: readonly WantedTopic[]): Promise<void> {
    if (missing.length === 0) return Promise.resolve();
    const names = missing.map(({ topic }) => topic);
    return this.#ask('creating topics', { operation: 'Create', topics: names }, async (admin) => {
      // Another instance may be faster; kafkajs takes that as done, and what is there is compared afterwards.
      await admin.createTopics({
        // kafkajs gives up when the broker that was asked does not know the new topic yet.
        waitForLeaders: false,
        topics: missing.map((each) => creationOf(each, this.settings.topics)),
      });
      for (const name of names) await untilServed(admin, name);
    });
  }

  async #ask<T>(what: string, asked: Asked, question: (admin: Admin) => Promise<T>): Promise<T> {
    this.#open ??= this.#connect();
    const open = this.#open;
    try {
      return await within(times.produce, what, question(await open.connected));
    } catch (error) {
      this.#discard(open);
      throw unavailable(`${what} failed`, error, asked);
    }
  }

  #connect(): OpenAdmin {
    const client = new KafkaClient(this.settings);
    const admin = client.kafka.admin();
    const connected = within(times.produce, 'connecting', admin.connect()).then(() => admin);
    return { client, admin, connected };
  }

  #discard(open: OpenAdmin | null): void {
    if (this.#open === open) this.#open = null;
    open?.admin.disconnect().catch(() => undefined);
    open?.client.discard();
  }
}
