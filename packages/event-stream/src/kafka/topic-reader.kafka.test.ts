import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafkaWithJava } from '@sluice/testing/kafka/describe-kafka';
import { CompressionTypes, Kafka, logLevel, type Message, type ProducerConfig } from 'kafkajs';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../conformance/bench.js';
import type { SourceRecord } from './source-record.js';
import { TopicReader, type TopicReading } from './topic-reader.js';

const BATCH_HEAD_BYTES = 61;

describeOwnKafkaWithJava('a reader of a topic', () => {
  let broker: KafkaBroker;
  let client: Kafka;
  beforeAll(async () => {
    const compacting = {
      'log.cleaner.enable': 'true',
      'log.cleaner.backoff.ms': '100',
      'log.cleaner.dedupe.buffer.size': String(2 * 1024 * 1024),
    };
    broker = await startKafkaBroker({ properties: compacting });
    client = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING, retry: { retries: 10 } });
  });
  afterAll(() => broker?.stop());

  async function newTopic(config: Record<string, string> = {}): Promise<string> {
    const topic = `reader.${randomUUID()}`;
    const configEntries = Object.entries({ 'max.message.bytes': '8000000', ...config }).map(([name, value]) => ({
      name,
      value,
    }));
    const admin = client.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] });
    await admin.disconnect();
    return topic;
  }

  async function produce(
    topic: string,
    messages: Message[],
    { compression = CompressionTypes.None, ...config }: ProducerConfig & { compression?: CompressionTypes } = {},
  ): Promise<void> {
    const producer = client.producer(config);
    await producer.connect();
    await producer.send({ topic, messages, compression });
    await producer.disconnect();
  }

  function read(topic: string, reading: Partial<TopicReading> = {}): { reader: TopicReader; seen: SourceRecord[] } {
    const seen: SourceRecord[] = [];
    const reader = new TopicReader(
      { brokers: [broker.brokers], clientId: 'reader-test' },
      {
        topic,
        group: `group.${topic}`,
        member: 'a',
        start: 'earliest',
        records: async (records) => void seen.push(...records),
        ...reading,
      },
    );
    onTestFinished(() => reader.stop());
    return { reader, seen };
  }

  const values = (records: readonly SourceRecord[]) =>
    records.map(({ value }) => value && Buffer.from(value).toString());

  it('sees keys, values, times and all headers as bytes, and goes on where it was', async () => {
    const topic = await newTopic();
    const raw = Buffer.from([0xff, 0]);
    await produce(topic, [{ key: raw, value: 'one', timestamp: '1700000000000', headers: { h: ['a', raw], n: '' } }]);
    const first = read(topic);
    await eventually(() => expect(values(first.seen)).toEqual(['one']));
    expect(first.seen[0]).toMatchObject({ partition: 0, position: 0n, timestampMs: 1_700_000_000_000, key: raw });
    expect(first.seen[0]?.originalHeaders).toEqual([
      ['h', Buffer.from('a')],
      ['h', raw],
      ['n', Buffer.from('')],
    ]);
    await eventually(() => expect(first.reader.progress()).toEqual([{ partition: 0, position: 1n, end: 1n }]));
    await first.reader.stop();
    await produce(topic, [{ value: null }, { value: 'two' }]);
    const second = read(topic);
    await eventually(() => expect(values(second.seen)).toEqual([null, 'two']));
  });

  it('begins where it is told, and keeps that although nothing came', async () => {
    const topic = await newTopic();
    await produce(topic, [
      { value: 'old', timestamp: '1700000000000' },
      { value: 'young', timestamp: '1700000001000' },
    ]);
    const group = `from-a-time.${topic}`;
    const from = read(topic, { group, start: new Date(1_700_000_000_500) });
    await eventually(() => expect(values(from.seen)).toEqual(['young']));
    const latest = read(topic, { group: `latest.${topic}`, start: new Date() });
    await eventually(() => expect(latest.reader.progress()).toHaveLength(1));
    await latest.reader.stop();
    await produce(topic, [{ value: 'next', timestamp: '1700000000000' }]);
    const again = read(topic, { group: `latest.${topic}`, start: new Date() });
    await eventually(() => expect(values(again.seen)).toEqual(['next']));
  });

  it('does not commit what was not done with: it comes again', async () => {
    const topic = await newTopic();
    await produce(topic, [{ value: 'a' }, { value: 'b' }]);
    let failures = 0;
    const seen: SourceRecord[] = [];
    read(topic, {
      records: async (records) => {
        failures += 1;
        if (failures === 1) throw new Error('not now');
        seen.push(...records);
      },
    });
    await eventually(() => expect(values(seen)).toEqual(['a', 'b']));
  });

  it('moves its position beyond markers and aborted records, which are no records', async () => {
    const topic = await newTopic();
    const producer = client.producer({ transactionalId: topic, maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    const { reader, seen } = read(topic);
    for (const outcome of ['commit', 'abort'] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: outcome }] });
      await transaction[outcome]();
    }
    await producer.disconnect();
    await eventually(() => expect(reader.progress()).toEqual([{ partition: 0, position: 4n, end: 4n }]));
    expect(values(seen)).toEqual(['commit']);
    const admin = client.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    await eventually(async () => {
      const [ofGroup] = await admin.fetchOffsets({ groupId: `group.${topic}`, topics: [topic] });
      expect(ofGroup?.partitions).toMatchObject([{ partition: 0, offset: '4' }]);
    });
  });

  it('gets a batch that can not be decoded as one record, and what stands around it', async () => {
    const topic = await newTopic();
    await produce(topic, [{ value: 'before' }]);
    await produce(topic, [{ value: 'x'.repeat(500) }, { value: 'y'.repeat(500) }], {
      compression: CompressionTypes.GZIP,
    });
    await produce(topic, [{ value: 'between' }]);
    await produce(topic, [{ value: 'plain batch' }]);
    await produce(topic, [{ value: 'z'.repeat(3_000_000) }]);
    await produce(topic, [{ value: 'after' }]);
    await spoil(topic, [1n, 4n]);
    const { seen } = read(topic);
    await eventually(() => expect(values(seen).at(-1)).toBe('after'));
    expect(seen.map(({ position, undecodable }) => [position, undecodable?.firstPosition])).toEqual([
      [0n, undefined],
      [2n, 1n],
      [3n, undefined],
      [4n, 4n],
      [5n, undefined],
      [6n, undefined],
    ]);
    expect(seen[1]?.undecodable?.reason).toBe('incorrect header check');
    expect(seen[3]?.undecodable?.reason).toBe('a number of a record is longer than 32 bits');
    expect(seen[4]?.value).toHaveLength(3_000_000);
  });

  it('goes on beyond a batch that compaction has left without records', async () => {
    const topic = await newTopic({
      'cleanup.policy': 'compact',
      'min.cleanable.dirty.ratio': '0.001',
      'segment.bytes': '1048576',
    });
    // Too large for two to share a segment, and what follows in another one is not in the same answer.
    const large = { headers: { filling: 'x'.repeat(700_000) } };
    // The broker keeps the last batch of such a producer, for its numbers, though its records are gone.
    await produce(topic, [{ ...large, key: 'a', value: 'old' }], { idempotent: true, maxInFlightRequests: 1 });
    await produce(topic, [{ ...large, key: 'a', value: 'new' }]);
    await produce(topic, [{ ...large, key: 'b', value: 'last' }]);
    await eventually(async () => expect((await logOf(topic)).bytes.length).toBe(BATCH_HEAD_BYTES));
    const { reader, seen } = read(topic);
    await eventually(() => expect(values(seen)).toEqual(['new', 'last']));
    await eventually(() => expect(reader.progress()).toEqual([{ partition: 0, position: 3n, end: 3n }]));
  });

  it('raises an alarm when its position is gone from the log, and jumps nowhere', async () => {
    const topic = await newTopic();
    await produce(topic, [{ value: 'a' }]);
    const first = read(topic);
    await eventually(() => expect(values(first.seen)).toEqual(['a']));
    await first.reader.stop();
    await produce(topic, [{ value: 'lost' }, { value: 'kept' }]);
    const admin = client.admin();
    await admin.connect();
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
    await admin.disconnect();
    const second = read(topic);
    await eventually(() => expect(second.reader.problem()).toContain('position 1 of'));
    expect(second.seen).toEqual([]);
  });

  it('says of a topic that is not there that it is not, and reads it when it is', async () => {
    const topic = `later.${randomUUID()}`;
    const { reader, seen } = read(topic);
    await eventually(() =>
      expect(reader.problem()).toMatch(new RegExp(`^${topic}: .*does not host this topic-partition`)),
    );
    const admin = client.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
    await admin.disconnect();
    await produce(topic, [{ value: 'there' }]);
    await eventually(() => expect(values(seen)).toEqual(['there']));
  });

  /** The broker's file of the topic's first records. */
  async function logOf(topic: string): Promise<{ path: string; bytes: Buffer }> {
    if (broker.data === undefined) throw new Error("the broker's files are out of reach");
    const folder = join(broker.data, `${topic}-0`);
    const name = (await readdir(folder)).toSorted().find((file) => file.endsWith('.log')) ?? '';
    const path = join(folder, name);
    return { path, bytes: await readFile(path) };
  }

  /** Overwrites, in the broker's file, the records of the batches that begin at these positions. */
  async function spoil(topic: string, positions: readonly bigint[]): Promise<void> {
    const { path, bytes } = await logOf(topic);
    for (let at = 0; at < bytes.length; ) {
      const end = at + 12 + bytes.readInt32BE(at + 8);
      if (positions.includes(bytes.readBigInt64BE(at))) bytes.fill(0xff, at + BATCH_HEAD_BYTES, end);
      at = end;
    }
    await writeFile(path, bytes, { flag: 'r+' });
  }
});
