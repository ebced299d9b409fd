import { randomUUID } from 'node:crypto';
import { readEventHeaders } from '@sluice/contracts/event-record';
import type { Source } from '@sluice/contracts/sources';
import { EVENTS_TOPIC, RETRIES_PARTITIONS, RETRIES_TOPIC } from '@sluice/contracts/topics';
import { readPutBack, readUnreadable, retryRecord } from '@sluice/contracts/unreadable-record';
import type { EventStream, OutgoingRecord, StreamRecord } from '@sluice/event-stream/event-stream';
import { TopicReader } from '@sluice/event-stream/kafka/topic-reader';
import { openStream } from '@sluice/event-stream/open-stream';
import { systemClock } from '@sluice/service-kit/clock';
import { createLogger } from '@sluice/service-kit/logger';
import { createMetrics } from '@sluice/service-kit/metrics';
import type { RunningService } from '@sluice/service-kit/running-service';
import { type KafkaBroker, startKafkaBroker } from '@sluice/testing/kafka/broker';
import { describeOwnKafka } from '@sluice/testing/kafka/describe-kafka';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { startImporter } from './start.js';
import { ToldSources } from './testing/told-sources.js';

const PARTITIONS = 4;
const eventually = (assertion: () => Promise<void> | void) => vi.waitFor(assertion, { timeout: 30_000, interval: 50 });

describeOwnKafka('the importer', () => {
  let broker: KafkaBroker;
  let stream: EventStream;
  beforeAll(async () => {
    broker = await startKafkaBroker();
    stream = await openStream({ kafka: { brokers: [broker.brokers], clientId: 'importer-test' } });
    await stream.ensureTopics([
      { topic: EVENTS_TOPIC, partitions: PARTITIONS },
      { topic: RETRIES_TOPIC, partitions: RETRIES_PARTITIONS },
    ]);
  });
  afterAll(async () => {
    await stream?.close();
    await broker?.stop();
  });

  async function newTopic(): Promise<string> {
    const topic = `import.${randomUUID()}`;
    await stream.ensureTopics([{ topic, partitions: 1 }]);
    return topic;
  }

  const record = (value: string | Uint8Array | null, more: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
    key: null,
    headers: {},
    value: typeof value === 'string' ? Buffer.from(value) : value,
    ...more,
  });

  /** Topics of readers that have left their group. */
  const left = new Set<string>();

  async function start(told: ToldSources, instance = 'one'): Promise<RunningService> {
    const importer = await startImporter(instance, {
      logger: createLogger({ service: 'importer', level: 'silent' }),
      clock: systemClock,
      stream,
      open: (reading) => {
        const reader = new TopicReader({ brokers: [broker.brokers], clientId: instance }, reading);
        return {
          problem: () => reader.problem(),
          progress: () => reader.progress(),
          stop: async () => {
            await reader.stop();
            left.add(reading.topic);
          },
        };
      },
      metrics: createMetrics(),
      registry: told.registry,
    });
    onTestFinished(() => importer.stop());
    return importer;
  }

  /** Everything on sluice.events that came of records of the topic, in the order of its log. */
  async function published(topic: string): Promise<StreamRecord[]> {
    const found: StreamRecord[] = [];
    for (const { partition, first, end } of await stream.ranges(EVENTS_TOPIC)) {
      for (let from = first; from < end; ) {
        const records = await stream.read(EVENTS_TOPIC, partition, from, 500);
        if (records.length === 0) break;
        found.push(...records);
        from = (records.at(-1)?.position ?? from) + 1n;
      }
    }
    return found.filter((each) => Object.values(each.headers).some((text) => text.includes(topic)));
  }

  /** As `published`, by what it is: an event's type and data, or an unreadable record's offset and reason. */
  async function outcomes(topic: string): Promise<string[]> {
    return (await published(topic)).map((each) => {
      const unreadable = readUnreadable(each.headers);
      if (unreadable?.ok) return `unreadable ${unreadable.origin.offset}: ${unreadable.reason}`;
      const event = readEventHeaders(each.headers);
      return event.ok ? `${event.attributes.type} ${Buffer.from(each.value ?? []).toString()}` : event.reason;
    });
  }

  const mapping = { type: { value: 'a.b' } };

  it.each<[Source['format'], (n: number, topic: string) => OutgoingRecord, string]>([
    [
      'cloudevents',
      (n, topic) =>
        record(`{"n":${n}}`, {
          headers: { ce_specversion: '1.0', ce_id: `${n}`, ce_source: `/${topic}`, ce_type: 'a.b' },
        }),
      'a.b {"n":',
    ],
    ['json', (n) => record(`{"n":${n}}`), 'a.b {"n":'],
    [
      'debezium',
      (n) => record(`{"op":"c","after":{"n":${n}},"source":{"schema":"s","table":"t"}}`),
      'row.created {"table":"s.t","key":null,"before":null,"after":{"n":',
    ],
  ])(
    'gives the good records of %s around garbage as events, and the garbage as dead letters',
    async (format, good, begins) => {
      const topic = await newTopic();
      const large = Buffer.alloc(2 * 1024 * 1024, 'x');
      await stream.publish(topic, [good(1, topic), record('garbage'), record(large), record(null), good(2, topic)]);
      const told = new ToldSources();
      const source = told.add({ topic, format, mapping: format === 'json' ? mapping : null });
      await start(told);
      await eventually(async () => expect(await outcomes(topic)).toHaveLength(4));
      const found = await outcomes(topic);
      expect(found.filter((each) => each.startsWith(begins))).toHaveLength(2);
      expect(found.filter((each) => each.startsWith('unreadable 1: '))).toEqual([
        expect.stringMatching(/JSON: .* at byte 0$/),
      ]);
      expect(found.filter((each) => each.startsWith('unreadable 2: '))).toHaveLength(1);
      const garbage = (await published(topic)).find(({ value }) => Buffer.from(value ?? []).toString() === 'garbage');
      expect(readUnreadable(garbage?.headers ?? {})).toMatchObject({
        accountId: 'acc_1',
        origin: { sourceId: source.id, topic, partition: 0, offset: 1n },
      });
      await eventually(() =>
        expect(told.reports.get(source.id)).toMatchObject({
          imported: 2,
          deadLetters: 2,
          partitions: [{ partition: 0, position: 5, end: 5 }],
          lastError: { message: expect.stringContaining(`offset 2 of ${topic}/0 is unreadable`) },
        }),
      );
    },
  );

  it('publishes with the identity of the place, the revision of the registry, and for the account of the source alone', async () => {
    const topic = await newTopic();
    const told = new ToldSources();
    const [one, two] = ['acc_1', 'acc_2'].map((accountId) => told.add({ topic, format: 'json', accountId, mapping }));
    const claims = record('{"sluice_account":"acc_3"}');
    await stream.publish(topic, [claims, record('{}', { headers: { sluice_account: 'acc_3' } })]);
    await start(told);
    await eventually(async () => expect(await published(topic)).toHaveLength(4));
    const found = await published(topic);
    const events = found.flatMap(({ headers, key }) => {
      const event = readEventHeaders(headers);
      return event.ok ? [{ ...event, key: Buffer.from(key ?? []).toString() }] : [];
    });
    expect(events.map(({ stamp }) => stamp.accountId).sort()).toEqual(['acc_1', 'acc_2']);
    for (const { attributes, stamp, key } of events) {
      expect(attributes.id).toMatch(new RegExp(`^${topic}:0:0:\\d{13}$`));
      expect(stamp).toMatchObject({ audience: { to: 'own' }, revision: 7, exact: true });
      expect(key).toBe(`${stamp.accountId}/${attributes.id}`);
    }
    const letters = found.flatMap(({ headers }) => readUnreadable(headers) ?? []);
    expect(letters).toMatchObject([
      { ok: true, reason: expect.stringContaining('sluice_account is reserved') },
      { ok: true, reason: expect.stringContaining('sluice_account is reserved') },
    ]);
    const accounts = letters.map((letter) => (letter.ok ? [letter.origin.sourceId, letter.accountId] : []));
    expect(accounts.sort()).toEqual(
      [
        [one?.id, 'acc_1'],
        [two?.id, 'acc_2'],
      ].sort(),
    );
  });

  it('takes changes of a source without a restart: pause, resume, another mapping, deletion', async () => {
    const topic = await newTopic();
    const told = new ToldSources();
    const { id } = told.add({ topic, format: 'json', mapping });
    const importer = await start(told);
    await stream.publish(topic, [record('1')]);
    await eventually(async () => expect(await outcomes(topic)).toEqual(['a.b 1']));
    told.change(id, { status: 'paused', mapping: { type: { value: 'c.d' } } });
    await eventually(() => expect(told.reports.get(id)?.revision).toBe(2));
    await stream.publish(topic, [record('2')]);
    // The lag shows: a paused source has its partitions, and takes nothing.
    await eventually(() => expect(told.reports.get(id)?.partitions).toEqual([{ partition: 0, position: 1, end: 2 }]));
    expect(await outcomes(topic)).toEqual(['a.b 1']);
    told.change(id, { status: 'enabled' });
    await eventually(async () => expect((await outcomes(topic)).sort()).toEqual(['a.b 1', 'c.d 2']));
    told.sources.delete(id);
    told.reports.clear();
    const other = told.add({ topic: await newTopic(), format: 'json', mapping });
    await eventually(() => expect(told.reports.has(other.id)).toBe(true));
    await eventually(() => expect(left).toContain(topic));
    await stream.publish(topic, [record('3')]);
    await stream.publish(other.topic, [record('4')]);
    // Whoever still read the one topic would have had as long as this takes.
    await eventually(async () => expect(await outcomes(other.topic)).toEqual(['a.b 4']));
    await eventually(async () => expect(await importer.problems()).toEqual([]));
    expect((await outcomes(topic)).sort()).toEqual(['a.b 1', 'c.d 2']);
  });

  it('converts what is put back as its source is now, under the same identity, or says again why not', async () => {
    const topic = await newTopic();
    const told = new ToldSources();
    const source = told.add({ topic, format: 'json', mapping: { type: { pointer: '/wrong' } } });
    await stream.publish(topic, [record('{"t":"a.b"}'), record('{}')]);
    await start(told);
    await eventually(async () => expect(await outcomes(topic)).toHaveLength(2));
    const letters = (await published(topic)).flatMap((each) => {
      const unreadable = readUnreadable(each.headers);
      return unreadable?.ok ? [{ ...unreadable, key: each.key, value: each.value }] : [];
    });
    told.change(source.id, { mapping: { type: { pointer: '/t' } } });
    const retries = letters.map(({ origin, key, headers, value, accountId }, index) =>
      retryRecord({ ...origin, key, headers, value }, { accountId, former: { id: `dl_${index}`, times: 1 } }),
    );
    await stream.publish(RETRIES_TOPIC, retries);
    await eventually(async () => expect(await outcomes(topic)).toHaveLength(4));
    const again = (await published(topic)).filter(({ headers }) => readPutBack(headers) !== null);
    expect(again).toHaveLength(2);
    const event = again.map(({ headers }) => readEventHeaders(headers)).find(({ ok }) => ok);
    const [first] = letters.filter(({ origin }) => origin.offset === 0n);
    expect(event).toMatchObject({
      attributes: { type: 'a.b', id: `${topic}:0:0:${first?.origin.timestampMs}` },
    });
    expect(again.flatMap(({ headers }) => readUnreadable(headers) ?? [])).toMatchObject([
      { reason: 'type: nothing stands at /t', origin: { offset: 1n }, former: { times: 1 } },
    ]);
  });

  it('two of them share the partitions of a topic', async () => {
    const topic = `import.${randomUUID()}`;
    await stream.ensureTopics([{ topic, partitions: 8 }]);
    const told = new ToldSources();
    const { id } = told.add({ topic, format: 'json', mapping });
    const first = new Map<string, number[]>();
    const seen = (name: string): ToldSources['registry'] => ({
      ...told.registry,
      syncSources: async (request) => {
        const report = request.reports.find(({ sourceId }) => sourceId === id);
        first.set(name, report?.partitions.map(({ partition }) => partition) ?? []);
        return told.registry.syncSources(request);
      },
    });
    for (const name of ['one', 'two']) {
      const sharing = new ToldSources();
      Object.assign(sharing, { registry: seen(name) });
      await start(sharing, name);
    }
    await eventually(() => {
      const [one = [], two = []] = [first.get('one'), first.get('two')];
      expect([...one, ...two].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(one.length * two.length).toBeGreaterThan(0);
    });
    await stream.publish(
      topic,
      Array.from({ length: 40 }, (_, n) => record(`${n}`, { key: Buffer.from(`${n}`) })),
    );
    await eventually(async () => expect(new Set(await outcomes(topic)).size).toBe(40));
  });
});
