import { EVENTS_TOPIC, RETRIES_PARTITIONS, RETRIES_TOPIC } from '@sluice/contracts/topics';
import { KEPT_BYTES, type OriginRecord, readRetry, unreadableRecord } from '@sluice/contracts/unreadable-record';
import type { OutgoingRecord, StreamRecord } from '@sluice/event-stream/event-stream';
import { openKafkaStream } from '@sluice/event-stream/kafka/kafka-stream';
import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { ID } from './letter-columns.js';

const NOT_UTF8 = Buffer.from([0, 255, 128]);
/** As large as what is kept of a record: nothing of it is cut. */
const LARGEST = Buffer.alloc(KEPT_BYTES - 100, NOT_UTF8);
const marked = (record: Partial<OriginRecord>): OutgoingRecord => {
  const place = { sourceId: 'src_1', topic: 'orders', partition: 0, offset: 7n, timestampMs: 1 };
  const whole = { ...place, key: null, headers: [['none', null] as const], value: null, ...record };
  return unreadableRecord(whole, { reason: 'poison', accountId: 'account-1', former: null });
};

/** Whatever is written to the topic of events, by the importer or by somebody who should not. */
const POISONS: readonly [what: string, record: OutgoingRecord][] = [
  ['nothing at all', { key: null, headers: {}, value: null }],
  ['bytes', { key: NOT_UTF8, headers: {}, value: NOT_UTF8 }],
  ['half an event', { key: NOT_UTF8, headers: { ce_id: '1', ce_type: 'a', sluice_account: 'x' }, value: NOT_UTF8 }],
  ['marks that say nothing', { key: null, headers: { 'sluice-unreadable': 'a' }, value: NOT_UTF8 }],
  ['what a source could not read', marked({ value: NOT_UTF8 })],
  ['the largest that is kept whole', marked({ offset: 8n, value: LARGEST })],
  ['what is too large for our topics', marked({ offset: 9n, value: Buffer.alloc(20 * 1024 * 1024) })],
];

describeOwnKafka('dead letters on Kafka', () => {
  let broker: KafkaBroker;
  let sluice: DispatcherUnderTest;
  beforeAll(async () => {
    broker = await startKafkaBroker();
    sluice = await DispatcherUnderTest.create(() =>
      openKafkaStream({ brokers: [broker.brokers], clientId: 'dispatcher' }),
    );
    await sluice.stream.ensureTopics([{ topic: RETRIES_TOPIC, partitions: RETRIES_PARTITIONS }]);
    await sluice.start();
    sluice.feed.principals.set('operator', { kind: 'admin', operator: true });
  });
  afterAll(async () => {
    await sluice.close();
    await broker.stop();
  });

  const rows = () =>
    sluice.rows<{ id: string; data: Buffer | null }>(`select ${ID} as id, data from dispatch.dead_letter d`);

  test.each(POISONS)('between two good events, %s holds up nothing and is one dead letter', async (what, poison) => {
    const { length: before } = await rows();
    const webhook = sluice.webhook({ eventType: 'good', filter: JSON.stringify({ about: what }) });
    const about = JSON.stringify({ about: what });
    // Poison in every partition: whichever the good ones take, it is between them.
    const key = (index: number) => Buffer.from(`key-${index}`);
    await sluice.publishTogether(goods('first', about));
    await sluice.stream.publish(EVENTS_TOPIC, [poison]);
    await sluice.stream.publish(
      EVENTS_TOPIC,
      Array.from({ length: 20 }, (_, each) => ({ ...poison, key: key(each) })),
    );
    await sluice.publishTogether(goods('second', about));
    await sluice.receiver.waitFor(20, ({ path }) => path === `/${webhook.id}`);
    await vi.waitFor(async () => expect(await sluice.behind()).toBe(0n), { timeout: 30_000, interval: 50 });
    // A record of a source is known by its place there; of others each is one.
    const isOfSource = 'sluice-source-id' in poison.headers;
    expect(await rows()).toHaveLength(before + (isOfSource ? 1 : 21));
  });

  const goods = (id: string, data: string) =>
    Array.from({ length: 10 }, (_, each) => ({ type: 'good', id: `${id}-${each}-${data}`, subject: `${each}`, data }));

  test('the largest goes back to the importer byte for byte', async () => {
    const [letter] = (await rows()).filter(({ data }) => data?.byteLength === LARGEST.byteLength);
    const selection = { ids: [letter!.id] };
    const { putBackDeadLetters } = sluice.service.commands;
    const result = await putBackDeadLetters({ credential: 'account-1', selection });
    expect(result).toMatchObject({ ok: true, value: { done: [letter!.id], failed: [] } });
    const found: StreamRecord[] = [];
    for (const { partition, first, end } of await sluice.stream.ranges(RETRIES_TOPIC)) {
      if (end > first) found.push(...(await sluice.stream.read(RETRIES_TOPIC, partition, first, 10)));
    }
    expect(found).toHaveLength(1);
    const read = readRetry(found[0]!);
    expect(read.ok && read.record.headers).toEqual([['none', null]]);
    expect(read.ok && LARGEST.equals(read.record.value!)).toBe(true);
  });

  test('what stood on the topic of events goes back there', async () => {
    const letters = await rows();
    const [letter] = letters.filter(({ data }) => data === null);
    const { putBackDeadLetters } = sluice.service.commands;
    const result = await putBackDeadLetters({ credential: 'operator', selection: { ids: [letter!.id] } });
    expect(result).toMatchObject({ ok: true, value: { done: [letter!.id], failed: [] } });
    const again = 'select from dispatch.dead_letter where former_id = $1';
    await vi.waitFor(async () => expect(await sluice.rows(again, [letter!.id])).toHaveLength(1), { timeout: 30_000 });
  });
});
