import { randomUUID } from 'node:crypto';
import { describeKafka } from '@sluice/testing/kafka/describe-kafka';
import { Kafka, logLevel } from 'kafkajs';
import { expect, it, onTestFinished } from 'vitest';
import { eventually, record } from '../conformance/bench.js';
import { OwnerStore } from '../conformance/owner-store.js';
import type { EventStream } from '../event-stream.js';
import { openKafkaStream } from './kafka-stream.js';

describeKafka('topics on Kafka', (brokers) => {
  async function open(): Promise<EventStream> {
    const stream = await openKafkaStream({ brokers: [brokers], clientId: 'topics' });
    onTestFinished(() => stream.close());
    return stream;
  }

  it('are made once by several instances that start together', async () => {
    const topic = `together.${randomUUID()}`;
    const streams = [await open(), await open(), await open()];
    await Promise.all(streams.map((stream) => stream.ensureTopics([{ topic, partitions: 5 }])));
    expect(await streams[0]!.ranges(topic)).toHaveLength(5);
  });

  it('keep their number of partitions: another one is refused', async () => {
    const topic = `fixed.${randomUUID()}`;
    const stream = await open();
    await stream.ensureTopics([{ topic, partitions: 2 }]);
    await expect(stream.ensureTopics([{ topic, partitions: 3 }])).rejects.toThrow('has 2 partitions, not 3');
  });

  it('take a call of many megabytes under one key, over several requests', async () => {
    const topic = `large.${randomUUID()}`;
    const stream = await open();
    await stream.ensureTopics([{ topic, partitions: 1 }]);
    const values = Array.from({ length: 24 }, (_, n) => String(n).padEnd(300_000));
    const places = await stream.publish(
      topic,
      values.map((value) => record('k', value)),
    );
    expect(places.map(({ position }) => position)).toEqual(values.map((_, n) => BigInt(n)));
  });

  it('tell tools how far the group got, by hints', async () => {
    const topic = `hints.${randomUUID()}`;
    const stream = await open();
    await stream.ensureTopics([{ topic, partitions: 1 }]);
    await stream.publish(topic, [record('k', '0'), record('k', '1'), record('k', '2')]);
    const store = new OwnerStore();
    const group = `group.${topic}`;
    const consumer = await stream.consume({ topic, group, member: 'a', handler: store.handler('a') });
    await eventually(() => expect(store.values()).toEqual(['0', '1', '2']));
    consumer.hint(0, 2n);
    const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    const committed = async () => (await admin.fetchOffsets({ groupId: group, topics: [topic] }))[0]?.partitions;
    await eventually(async () => expect(await committed()).toMatchObject([{ partition: 0, offset: '2' }]));
    consumer.hint(0, 3n);
    await consumer.stop();
    expect(await committed()).toMatchObject([{ partition: 0, offset: '3' }]);
  });
});
