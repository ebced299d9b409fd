import { type PartitionRange, PositionOutOfRange, type StreamRecord } from '../event-stream.js';
import type { StreamConnections } from './connections.js';
import type { Topic } from './topics.js';

const ANSWER_BYTES = 4 * 1024 * 1024;

interface Row {
  position: string;
  appended_at: Date;
  key: Buffer | null;
  headers: Buffer;
  value: Buffer | null;
}

const RECORDS = `
  select position, appended_at, key, headers, value from (
    select *, sum(octet_length(headers) + coalesce(octet_length(value), 0)) over earlier as bytes_before
      from stream.record where topic_id = $1 and partition = $2 and position >= $3 and appended_at >= $5
      window earlier as (order by position rows between unbounded preceding and 1 preceding)
      order by position limit $4
  ) bounded where bytes_before is null or bytes_before < ${ANSWER_BYTES} order by position`;

const LONG_AGO = new Date(0);

/** Reading without a group. */
export class LogReader {
  constructor(private readonly connections: StreamConnections) {}

  /**
   * @param notBefore when the record before `from` was appended, if known: days before it need not be looked at.
   * Throws {@link PositionOutOfRange}; none at the end of the log.
   */
  async read(topic: Topic, partition: number, from: bigint, limit: number, notBefore = LONG_AGO) {
    const rows = await this.connections.read.rows<Row>(
      RECORDS,
      [topic.id, partition, from, limit, notBefore],
      'stream-read',
    );
    const first = rows[0];
    if (first === undefined || BigInt(first.position) !== from) {
      const range = await this.range(topic, partition);
      if (first !== undefined || from < range.first || from > range.end) {
        throw new PositionOutOfRange(topic.name, from, range);
      }
    }
    return rows.map(
      (row): StreamRecord => ({
        partition,
        position: BigInt(row.position),
        appendedAt: row.appended_at,
        key: row.key,
        headers: JSON.parse(row.headers.toString()) as Record<string, string>,
        value: row.value,
      }),
    );
  }

  async range(topic: Topic, partition: number): Promise<PartitionRange> {
    const range = (await this.ranges(topic)).find((each) => each.partition === partition);
    if (range === undefined) throw new Error(`topic ${topic.name} has no partition ${partition}`);
    return range;
  }

  async ranges(topic: Topic): Promise<PartitionRange[]> {
    const rows = await this.connections.read.rows<{ partition: number; first: string; end: string }>(
      `select partition, first_position as first, next_position as "end" from stream.partition
         where topic_id = $1 order by partition`,
      [topic.id],
    );
    return rows.map(({ partition, first, end }) => ({ partition, first: BigInt(first), end: BigInt(end) }));
  }

  async positionsAt(topic: Topic, time: Date): Promise<Map<number, bigint>> {
    const rows = await this.connections.read.rows<{ partition: number; position: string }>(
      `select partition, stream.position_at(topic_id, partition, $2) as position from stream.partition
         where topic_id = $1 order by partition`,
      [topic.id, time],
    );
    return new Map(rows.map(({ partition, position }) => [partition, BigInt(position)]));
  }
}
