import { describeKafkaWithJava } from '@sluice/testing/kafka/describe-kafka';
import { javaCodecs, produceWithJava } from '@sluice/testing/kafka/java-producer';
import { expect, it, onTestFinished } from 'vitest';
import { numbers, text } from '../conformance/bench.js';
import type { EventStream, StreamRecord } from '../event-stream.js';
import { openKafkaStream } from './kafka-stream.js';

describeKafkaWithJava('records of a Java producer', (brokers) => {
  async function open(topic: string): Promise<EventStream> {
    const stream = await openKafkaStream({ brokers: [brokers], clientId: 'codecs' });
    onTestFinished(() => stream.close());
    await stream.ensureTopics([{ topic, partitions: 1 }]);
    return stream;
  }

  async function all(stream: EventStream, topic: string): Promise<StreamRecord[]> {
    const found: StreamRecord[] = [];
    for (;;) {
      const some = await stream.read(topic, 0, (found.at(-1)?.position ?? -1n) + 1n, 500);
      if (some.length === 0) return found;
      found.push(...some);
    }
  }

  it.each(javaCodecs)('compressed with %s are read as they were', async (codec) => {
    const topic = `codec.${codec}.${Date.now()}`;
    const stream = await open(topic);
    await produceWithJava({ brokers, topic, codec, count: 600, bytes: 3_000 });
    const found = await all(stream, topic);
    expect(found.map(({ value }) => text(value)?.trimEnd())).toEqual(numbers(0, 600).map((n) => `${codec} ${n}`));
    expect(found.every(({ value }) => value?.length === 3_000)).toBe(true);
    expect(new Set(found.map(({ key, headers }) => `${text(key)} ${headers.codec}`))).toEqual(new Set([`k ${codec}`]));
  });

  it('of an aborted transaction are not shown, and do not stop what follows', async () => {
    const topic = `transactions.${Date.now()}`;
    const stream = await open(topic);
    await produceWithJava({ brokers, topic, codec: 'gzip', count: 5, bytes: 10, outcome: 'abort' });
    await stream.publish(topic, [{ key: Buffer.from([0, 0, 0, 0]), headers: {}, value: Buffer.from('between') }]);
    await produceWithJava({ brokers, topic, codec: 'lz4', count: 2, bytes: 10, outcome: 'commit' });
    await stream.publish(topic, [{ key: null, headers: {}, value: Buffer.from('last') }]);
    const found = await all(stream, topic);
    expect(found.map(({ value }) => text(value)?.trimEnd())).toEqual(['between', 'lz4 0', 'lz4 1', 'last']);
    const [range] = await stream.ranges(topic);
    expect(await stream.read(topic, 0, range!.end, 10)).toEqual([]);
  });
});
