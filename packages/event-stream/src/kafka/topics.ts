import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { PartitionRange } from '../event-stream.js';
import { KafkaClient } from './client.js';
import { leaderIsMoving, unavailable } from './failures.js';
import { type KafkaSettings, times } from './settings.js';
import { within } from './within.js';

/** The largest record that is published: an event's data are at most 1 MiB. */
export const recordBytesLimit = 4 * 1024 * 1024;
const batchOverheadBytes = 64 * 1024;

/** What our topics need beyond the broker's defaults. */
const configuration = [
  { name: 'max.message.bytes', value: String(recordBytesLimit + batchOverheadBytes) },
  // "appended at" and "positions at a time" mean the log's clock, not a publisher's.
  { name: 'message.timestamp.type', value: 'LogAppendTime' },
];

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

  /** Creates what is missing and waits for its leaders. @throws Error when a topic has another number of partitions. */
  ensure(topics: readonly { topic: string; partitions: number }[]): Promise<void> {
    return this.#ask('creating topics', async (admin) => {
      const present = new Set(await admin.listTopics());
      const missing = topics.filter(({ topic }) => !present.has(topic));
      if (missing.length > 0) {
        // Another instance may be faster; kafkajs takes that as done, and the check below is for it as well.
        await admin.createTopics({
          // kafkajs gives up when the broker that was asked does not know the new topic yet.
          waitForLeaders: false,
          topics: missing.map(({ topic, partitions }) => ({
            topic,
            numPartitions: partitions,
            configEntries: configuration,
          })),
        });
        for (const { topic } of missing) await untilServed(admin, topic);
      }
      const counts = await this.#partitionCounts(
        admin,
        topics.map(({ topic }) => topic),
      );
      return () => {
        for (const { topic, partitions } of topics) {
          const count = counts.get(topic);
          if (count !== partitions) {
            throw new Error(
              `topic ${topic} has ${count} partitions, not ${partitions}: their number is fixed at its creation`,
            );
          }
        }
      };
    }).then((check) => check());
  }

  ranges(topic: string): Promise<PartitionRange[]> {
    return this.#ask('asking for the ranges', async (admin) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      return offsets
        .map(({ partition, low, high }) => ({ partition, first: BigInt(low), end: BigInt(high) }))
        .sort((a, b) => a.partition - b.partition);
    });
  }

  positionsAt(topic: string, time: Date): Promise<Map<number, bigint>> {
    return this.#ask('asking for positions at a time', async (admin) => {
      const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, time.getTime());
      return new Map(offsets.map(({ partition, offset }) => [partition, BigInt(offset)]));
    });
  }

  /** The positions that the group has committed; a partition without one is not among them. */
  committed(topic: string, group: string): Promise<Map<number, bigint>> {
    return this.#ask('asking for committed positions', async (admin) => {
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      const positions = found?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)] as const) ?? [];
      return new Map(positions.filter(([, position]) => position >= 0n));
    });
  }

  /** @throws StreamUnavailable when no broker answers, or a partition of a topic that was published to has no leader. */
  probe(topics: readonly string[]): Promise<void> {
    return this.#ask('probing', async (admin) => {
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

  async #partitionCounts(admin: Admin, topics: string[]): Promise<Map<string, number>> {
    const { topics: described } = await admin.fetchTopicMetadata({ topics });
    return new Map(described.map(({ name, partitions }) => [name, partitions.length]));
  }

  async #ask<T>(what: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    this.#open ??= this.#connect();
    const open = this.#open;
    try {
      return await within(times.produce, what, question(await open.connected));
    } catch (error) {
      this.#discard(open);
      throw unavailable(`${what} failed`, error);
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
