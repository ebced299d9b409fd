import { type PartitionRange, PositionOutOfRange, type StreamRecord } from '../event-stream.js';
import { Gather } from '../gather.js';
import type { StreamConnections } from './connections.js';
import type { Topic } from './topics.js';

/** What one statement answers at most, all partitions together; of each partition a record at least. */
const ANSWER_BYTES = 4 * 1024 * 1024;
const PARTITIONS_AT_ONCE = 64;

interface Row {
  asked: string;
  position: string;
  appended_at: Date;
  key: Buffer | null;
  headers: Buffer;
  value: Buffer | null;
}

/** One question for records of one partition. */
interface Question {
  topicId: number;
  partition: number;
  from: bigint;
  limit: number;
  /** Days before it need not be looked at. */
  notBefore: Date;
}

const RECORDS = `
  select asked.number as asked, bounded.* from unnest($1::int[], $2::int[], $3::bigint[], $4::int[], $5::timestamptz[])
    with ordinality as asked(topic_id, partition, position, most, not_before, number)
  cross join lateral (
    select position, appended_at, key, headers, value from (
      select r.*, sum(octet_length(headers) + coalesce(octet_length(value), 0)) over earlier as bytes_before
        from stream.record r where r.topic_id = asked.topic_id and r.partition = asked.partition
          and r.position >= asked.position and r.appended_at >= asked.not_before
        window earlier as (order by r.position rows between unbounded preceding and 1 preceding)
        order by r.position limit asked.most
    ) measured where bytes_before is null or bytes_before < $6
  ) bounded order by asked.number, bounded.position`;

const LONG_AGO = new Date(0);

/** Reading without a group. Who asks while an answer is under way is answered with all others who do, by one statement. */
export class LogReader {
  readonly #questions = new Gather<Question, Row[]>((questions) => this.#answer(questions), {
    items: PARTITIONS_AT_ONCE,
    bytes: Number.POSITIVE_INFINITY,
  });

  constructor(private readonly connections: StreamConnections) {}

  /**
   * @param notBefore when the record before `from` was appended, if known: days before it need not be looked at.
   * Throws {@link PositionOutOfRange}; none at the end of the log.
   */
  async read(topic: Topic, partition: number, from: bigint, limit: number, notBefore = LONG_AGO) {
    const [rows = []] = await this.#questions.add([{ topicId: topic.id, partition, from, limit, notBefore }], 0);
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

  async #answer(questions: readonly Question[]): Promise<Row[][]> {
    const rows = await this.connections.read.rows<Row>(
      RECORDS,
      [
        questions.map(({ topicId }) => topicId),
        questions.map(({ partition }) => partition),
        questions.map(({ from }) => from),
        questions.map(({ limit }) => limit),
        questions.map(({ notBefore }) => notBefore),
        Math.ceil(ANSWER_BYTES / questions.length),
      ],
      'stream-read',
    );
    const answers = questions.map((): Row[] => []);
    for (const row of rows) answers[Number(row.asked) - 1]!.push(row);
    return answers;
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
