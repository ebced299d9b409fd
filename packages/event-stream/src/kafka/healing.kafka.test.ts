import { randomUUID } from 'node:crypto';
import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { ownPort } from '@sluice/testing/own-port';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { eventually, numbers, record } from '../conformance/bench.js';
import { OwnerStore } from '../conformance/owner-store.js';
import { TcpLine } from '../conformance/tcp-line.js';
import type { EventStream } from '../event-stream.js';
import { openKafkaStream } from './kafka-stream.js';

describeOwnKafka('the Kafka adapter heals', () => {
  let line: TcpLine;
  let broker: KafkaBroker;
  beforeAll(async () => {
    const listen = await ownPort();
    line = await TcpLine.to({ host: '127.0.0.1', port: listen });
    broker = await startKafkaBroker({ detour: { listen, advertise: line.port } });
  });
  afterAll(async () => {
    await line?.close();
    await broker?.stop();
  });

  async function open(brokers = broker.brokers): Promise<EventStream> {
    const stream = await openKafkaStream({ brokers: [brokers], clientId: 'healing' });
    onTestFinished(() => stream.close());
    return stream;
  }

  async function newTopic(stream: EventStream, partitions: number): Promise<string> {
    const topic = `healing.${randomUUID()}`;
    await stream.ensureTopics([{ topic, partitions }]);
    return topic;
  }

  async function deleteRecordsBefore(topic: string, offset: bigint): Promise<void> {
    const admin = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    // kafkajs deletes only in topics that it was asked about before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
    await admin.disconnect();
  }

  it('from connections that stay open and say nothing', async () => {
    const stream = await open(`127.0.0.1:${line.port}`);
    const topic = await newTopic(stream, 2);
    const store = new OwnerStore();
    const consumer = await stream.consume({ topic, group: topic, member: 'a', handler: store.handler('a') });
    await stream.publish(topic, [record('k', 'before')]);
    await eventually(() => expect(store.values()).toEqual(['before']));
    line.mute();
    await eventually(() => expect(consumer.problem()).toContain('has not answered'));
    await eventually(() => expect(consumer.problem()).toContain("can't be fetched"));
    line.restore();
    await eventually(() => stream.publish(topic, [record('k', 'after')]));
    await eventually(() => expect(store.values()).toContain('after'));
    await eventually(() => expect(consumer.problem()).toBeNull());
    expect(store.violations).toEqual([]);
  });

  it('keeps what a member holds, under its epoch, while others join and leave', async () => {
    const streams = [await open(), await open()];
    const topic = await newTopic(streams[0]!, 12);
    const store = new OwnerStore();
    const group = { topic, group: topic };
    const a = await streams[0]!.consume({ ...group, member: 'a', handler: store.handler('a') });
    await eventually(() => expect(a.held().size).toBe(12));
    const b = await streams[1]!.consume({ ...group, member: 'b', handler: store.handler('b') });
    await eventually(() => {
      expect(b.held().size).toBeGreaterThan(0);
      expect(a.held().size + b.held().size).toBe(12);
    });
    await b.stop();
    await eventually(() => expect(a.held().size).toBe(12));
    const moved = store.claims.filter(({ member }) => member === 'b').length;
    expect(moved).toBeGreaterThan(0);
    expect(store.claims).toHaveLength(12 + 2 * moved);
    expect(store.violations).toEqual([]);
  });

  it('stands still where records that it has not read were deleted, until its owner says where to go on', async () => {
    const stream = await open();
    const topic = await newTopic(stream, 1);
    const values = numbers(0, 10).map(String);
    await stream.publish(
      topic,
      values.map((value) => record('k', value)),
    );
    await deleteRecordsBefore(topic, 5n);
    const store = new OwnerStore();
    store.begin.set(0, 2n);
    const consumer = await stream.consume({ topic, group: topic, member: 'a', handler: store.handler('a') });
    await eventually(() => expect(consumer.problem()).toContain('position 2 of'));
    expect(consumer.problem()).toContain('the log holds 5 to before 10');
    expect(consumer.held().size).toBe(0);
    expect(store.values()).toEqual([]);
    store.move(0, 5n);
    await eventually(() => expect(store.values()).toEqual(values.slice(5)));
    expect(consumer.problem()).toBeNull();
    expect(store.violations).toEqual([]);
  });

  it('stands still where that happens while it reads', async () => {
    const stream = await open();
    const topic = await newTopic(stream, 1);
    const value = 'x'.repeat(700_000);
    for (const n of numbers(0, 20)) await stream.publish(topic, [record('k', `${n} ${value}`)]);
    const store = new OwnerStore();
    let free = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      free = resolve;
    });
    onTestFinished(() => free());
    const handler = store.handler('a', () => gate);
    const consumer = await stream.consume({ topic, group: topic, member: 'a', handler });
    await eventually(() => expect(consumer.held().get(0)?.lag).toBeLessThan(20n));
    await deleteRecordsBefore(topic, 19n);
    free();
    await eventually(() => expect(consumer.problem()).toContain('out of range'));
    const last = store.handled.at(-1)!.position;
    expect(last).toBeLessThan(18n);
    expect(store.handled.map(({ position }) => position)).toEqual(numbers(0, Number(last) + 1).map(BigInt));
    expect(store.violations).toEqual([]);
  });

  it("kafkajs' own consumer jumps there without a word, which is why it fetches nothing here", async () => {
    const stream = await open();
    const topic = await newTopic(stream, 1);
    await stream.publish(
      topic,
      numbers(0, 10).map((n) => record('k', String(n))),
    );
    await deleteRecordsBefore(topic, 5n);
    const consumer = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING }).consumer({ groupId: topic });
    onTestFinished(() => consumer.disconnect());
    const seen: string[] = [];
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        seen.push(message.offset);
      },
    });
    consumer.seek({ topic, partition: 0, offset: '2' });
    await eventually(() => expect(seen).toEqual(['5', '6', '7', '8', '9']));
  });
});
