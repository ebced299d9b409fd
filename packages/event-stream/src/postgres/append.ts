import pg from 'pg';
import { type Appended, type OutgoingRecord, RecordRefused } from '../event-stream.js';
import { Gather } from '../gather.js';
import { partitionOfKey } from '../partition-of-key.js';
import { recordBytes } from '../record-bytes.js';
import type { StreamConnections } from './connections.js';
import type { Topic } from './topics.js';

const BATCH = { items: 4_000, bytes: 8 * 1024 * 1024 };
/** An event is 1 MiB at most; this leaves room for what a Debezium topic may bring. */
const LARGEST_RECORD_BYTES = 16 * 1024 * 1024;
const NO_TABLE_FOR_THE_DAY = '23514';

interface Placed {
  topicId: number;
  partition: number;
  key: Uint8Array | null;
  headers: Buffer;
  value: Uint8Array | null;
}

/** What `stream.append` takes, as its parameters stand: the partitions written to, then one entry for each record. */
class Block {
  readonly topicIds: number[] = [];
  readonly partitions: number[] = [];
  readonly counts: number[] = [];
  /** Which partition of the above (from 1, as SQL counts), and the how manieth there (from 0), for each record. */
  readonly places: number[] = [];
  readonly ordinals: number[] = [];
  readonly starts: number[] = [];
  readonly keyLengths: number[] = [];
  readonly headerLengths: number[] = [];
  readonly valueLengths: number[] = [];
  readonly bytes: Buffer;
  #index = new Map<string, number>();

  constructor(records: readonly Placed[]) {
    const lengths = records.map(({ key, headers, value }) => [key?.length ?? -1, headers.length, value?.length ?? -1]);
    this.bytes = Buffer.allocUnsafe(lengths.flat().reduce((sum, length) => sum + Math.max(length, 0), 0));
    let end = 0;
    for (const { topicId, partition, key, headers, value } of records) {
      const place = this.#place(topicId, partition);
      this.places.push(place);
      this.ordinals.push(this.counts[place - 1]!++);
      this.starts.push(end);
      this.keyLengths.push(key?.length ?? -1);
      this.headerLengths.push(headers.length);
      this.valueLengths.push(value?.length ?? -1);
      for (const part of [key, headers, value]) {
        if (part === null) continue;
        this.bytes.set(part, end);
        end += part.length;
      }
    }
  }

  #place(topicId: number, partition: number): number {
    const known = this.#index.get(`${topicId}/${partition}`);
    if (known !== undefined) return known;
    const place = this.topicIds.push(topicId);
    this.partitions.push(partition);
    this.counts.push(0);
    this.#index.set(`${topicId}/${partition}`, place);
    return place;
  }

  parameters(): unknown[] {
    return [
      this.topicIds,
      this.partitions,
      this.counts,
      this.places,
      this.ordinals,
      this.starts,
      this.keyLengths,
      this.headerLengths,
      this.valueLengths,
      this.bytes,
    ];
  }
}

/** Writes records, one transaction for each gathered batch. */
export class Appender {
  #gather = new Gather<Placed, Appended>((records) => this.#append(records), BATCH);
  #roundRobin = 0;

  /** @param createDays makes the tables of today and the days ahead. */
  constructor(
    private readonly connections: StreamConnections,
    private readonly createDays: () => Promise<void>,
  ) {}

  append(topic: Topic, records: readonly OutgoingRecord[]): Promise<Appended[]> {
    if (records.length === 0) return Promise.resolve([]);
    let bytes = 0;
    for (const record of records) {
      const weight = recordBytes(record);
      if (weight > LARGEST_RECORD_BYTES) {
        const message = `a record of ${weight} bytes is over the limit of ${LARGEST_RECORD_BYTES}`;
        return Promise.reject(new RecordRefused(message));
      }
      bytes += weight;
    }
    return this.#gather.add(
      records.map(({ key, headers, value }) => ({
        topicId: topic.id,
        partition: key === null ? this.#roundRobin++ % topic.partitions : partitionOfKey(key, topic.partitions),
        key,
        headers: Buffer.from(JSON.stringify(headers)),
        value,
      })),
      bytes,
    );
  }

  async #append(records: readonly Placed[]): Promise<Appended[]> {
    const block = new Block(records);
    let bases: bigint[];
    try {
      bases = await this.#call(block);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      if (error.code === NO_TABLE_FOR_THE_DAY) {
        await this.createDays();
        bases = await this.#call(block);
      } else if (/^(?:22|54)/.test(error.code ?? '')) {
        throw new RecordRefused(error.message, { cause: error });
      } else throw error;
    }
    return records.map(({ partition }, index) => ({
      partition,
      position: bases[block.places[index]! - 1]! + BigInt(block.ordinals[index]!),
    }));
  }

  async #call(block: Block): Promise<bigint[]> {
    const [row] = await this.connections.append.rows<{ bases: string[] }>(
      'select stream.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as bases',
      block.parameters(),
      'stream-append',
    );
    return row!.bases.map(BigInt);
  }
}
