import type { Broker, Cluster } from 'kafkajs';
import type { StreamRecord } from '../event-stream.js';
import { KafkaClient } from './client.js';
import { clusterOf } from './cluster.js';
import { type AbortedTransaction, committedRecords } from './committed-records.js';
import { type LogMessage, toRecord } from './record-conversion.js';
import { type KafkaSettings, times } from './settings.js';
import { within } from './within.js';

/** One partition's part of an answer. */
export interface Fetched {
  partition: number;
  records: StreamRecord[];
  /** Where to go on: beyond the records, and beyond markers and aborted records that nobody is shown. */
  next: bigint;
  /** The position that the next record will get. */
  end: bigint;
  /** Records from here on belong to transactions that are still open. */
  stableEnd: bigint;
}

/** What is asked of a broker's leader: kafkajs' names. */
export interface FetchRequest {
  maxWaitTime: number;
  minBytes: number;
  maxBytes: number;
  isolationLevel: number;
  topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
}

/** How answers are asked for, and records made of what is in them. */
export interface FetchMode {
  fetch(broker: Broker, request: FetchRequest): Promise<FetchResponse>;
  toRecord(partition: number, message: LogMessage): StreamRecord;
}

/** By kafkajs: an answer with a batch of records that it can't decode fails as a whole. */
const plainMode: FetchMode = { fetch: (broker, request) => broker.fetch(request), toRecord };

export interface AnsweredPartition {
  partition: number;
  highWatermark: string;
  lastStableOffset: string;
  abortedTransactions: AbortedTransaction[] | null;
  messages: LogMessage[];
  /** The position after the last whole batch, where the mode tells it. */
  next?: bigint;
}

export interface FetchResponse {
  responses: { topicName: string; partitions: AnsweredPartition[] }[];
}

interface OpenCluster {
  client: KafkaClient;
  cluster: Cluster;
  connected: Promise<Cluster>;
}

/** The broker found these positions outside of what it keeps. */
export class FetchOutOfRange extends Error {
  override readonly name = 'FetchOutOfRange';
  constructor(readonly partition: number) {
    super(`the position of partition ${partition} is out of range`);
  }
}

const bytesPerPartition = 1024 * 1024;
const bytesPerRequest = 4 * 1024 * 1024;
const readCommitted = 1;

/**
 * Plain fetches of one topic, without a group. kafkajs has no such call of its own; its consumer hands the cluster, which
 * has, to whoever assigns partitions, and that is where this takes it from. The consumer itself never runs.
 *
 * Any failure gives the connections up; the next fetch makes new ones and asks anew who leads which partition.
 */
export class FetchClient {
  #open: OpenCluster | null = null;

  constructor(
    private readonly settings: KafkaSettings,
    private readonly topic: string,
    private readonly mode: FetchMode = plainMode,
  ) {}

  /** The node that leads each partition. */
  leaders(): Promise<Map<number, number>> {
    return this.#ask('asking who leads the partitions', async (cluster) => {
      await cluster.refreshMetadataIfNecessary();
      const partitions = cluster.findTopicPartitionMetadata(this.topic);
      return new Map(partitions.map(({ partitionId, leader }) => [partitionId, leader]));
    });
  }

  /**
   * Records from the given positions on, of partitions that `node` leads. Waits up to `waitMs` for some to come.
   * @throws FetchOutOfRange for the first partition whose position the broker doesn't have; the others then got nothing.
   */
  fetch(node: number, wanted: readonly { partition: number; from: bigint }[], waitMs: number): Promise<Fetched[]> {
    return this.#ask('a fetch', async (cluster) => {
      const broker = await cluster.findBroker({ nodeId: String(node) });
      const partitions = wanted.map(({ partition, from }) => ({
        partition,
        fetchOffset: from.toString(),
        maxBytes: bytesPerPartition,
      }));
      const answer = await this.mode.fetch(broker, {
        maxWaitTime: waitMs,
        minBytes: 1,
        maxBytes: bytesPerRequest,
        isolationLevel: readCommitted,
        topics: [{ topic: this.topic, partitions }],
      });
      const froms = new Map(wanted.map(({ partition, from }) => [partition, from]));
      return answer.responses
        .flatMap((ofTopic) => ofTopic.partitions)
        .map((answered) => fetched(answered, froms.get(answered.partition) ?? 0n, this.mode));
    });
  }

  /** Gives the connections up. A fetch that is under way fails; the next one connects anew. */
  discard(): void {
    this.#discard(this.#open);
  }

  async #ask<T>(what: string, question: (cluster: Cluster) => Promise<T>): Promise<T> {
    this.#open ??= this.#connect();
    const open = this.#open;
    try {
      return await within(times.produce, what, question(await open.connected));
    } catch (error) {
      if (error instanceof Error && error.name === 'KafkaJSOffsetOutOfRange' && 'partition' in error) {
        throw new FetchOutOfRange(Number(error.partition));
      }
      this.#discard(open);
      throw error;
    }
  }

  #connect(): OpenCluster {
    const client = new KafkaClient(this.settings);
    const cluster = clusterOf(client);
    const connect = async () => {
      await cluster.connect();
      await cluster.addTargetTopic(this.topic);
      return cluster;
    };
    return { client, cluster, connected: within(times.produce, 'connecting', connect()) };
  }

  #discard(open: OpenCluster | null): void {
    if (this.#open === open) this.#open = null;
    open?.cluster.disconnect().catch(() => undefined);
    open?.client.discard();
  }
}

/** What an answer has for whoever asked for records from a position on. */
export function fetched(answered: AnsweredPartition, from: bigint, { toRecord }: Pick<FetchMode, 'toRecord'>): Fetched {
  const { partition, messages, highWatermark, lastStableOffset, abortedTransactions } = answered;
  // A batch comes whole, with records from before the position too.
  const reached = messages.filter(({ offset }) => BigInt(offset) >= from);
  return {
    partition,
    records: committedRecords(reached, abortedTransactions).map((message) => toRecord(partition, message)),
    next: nextPosition(answered, from, reached.at(-1)),
    end: BigInt(highWatermark),
    stableEnd: BigInt(lastStableOffset),
  };
}

function nextPosition({ messages, next = 0n }: AnsweredPartition, from: bigint, last: LogMessage | undefined): bigint {
  const afterRecords = last ? BigInt(last.offset) + 1n : messages.length > 0 ? from + 1n : from;
  // The positions at a batch's end may have lost their records to compaction.
  return next > afterRecords ? next : afterRecords;
}
