import { createDatabase, type TestDatabase } from '@sluice/testing/postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { OwnerStore } from '../conformance/owner-store.js';
import { TcpLine } from '../conformance/tcp-line.js';
import type { EventStream } from '../event-stream.js';
import { migratePostgresStream } from './migrate.js';
import { openPostgresStream } from './postgres-stream.js';

const PATIENCE = { timeout: 40_000, interval: 50 };

/** What this adapter promises beyond the conformance suite. */
describe('a member of a group on Postgres', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase();
    await migratePostgresStream(database.url);
  });
  afterAll(() => database?.close());

  const open = async (connectionString = database.url): Promise<EventStream> => {
    const stream = await openPostgresStream({ connectionString });
    onTestFinished(() => stream.close());
    return stream;
  };

  it('a newer process of the same name takes over at once; the older one lets go and says so', async () => {
    const [older, newer] = [await open(), await open()];
    await older.ensureTopics([{ topic: 'same-name', partitions: 4 }]);
    const store = new OwnerStore();
    const join = (stream: EventStream) =>
      stream.consume({ topic: 'same-name', group: 'g', member: 'm', handler: store.handler('m') });
    const first = await join(older);
    await expect.poll(() => first.held().size, PATIENCE).toBe(4);
    const second = await join(newer);
    await expect.poll(() => second.held().size, PATIENCE).toBe(4);
    await expect.poll(() => first.held().size, PATIENCE).toBe(0);
    expect(first.problem()).toContain('another process');
    expect(second.problem()).toBeNull();
    expect(store.released.filter(({ epoch }) => epoch === 1n)).toHaveLength(4);
    await second.stop();
    await expect.poll(() => first.held().size, PATIENCE).toBe(4);
    expect(first.problem()).toBeNull();
    expect(store.violations).toEqual([]);
  });

  it('all keep their partitions and epochs when the database is away for longer than a session', async () => {
    const url = new URL(database.url);
    const line = await TcpLine.to({ host: url.hostname, port: Number(url.port) });
    onTestFinished(() => line.close());
    url.host = `127.0.0.1:${line.port}`;
    const streams = [await open(), await open(url.href)];
    await streams[0]!.ensureTopics([{ topic: 'long-outage', partitions: 8 }]);
    const store = new OwnerStore();
    const consumers = await Promise.all(
      streams.map((stream, index) =>
        stream.consume({
          topic: 'long-outage',
          group: 'g',
          member: `m${index}`,
          handler: store.handler(`m${index}`),
        }),
      ),
    );
    const held = () => consumers.map((consumer) => [...consumer.held().keys()].sort());
    const shared = () => held().every(({ length }) => length > 0) && held().flat().length === 8;
    await expect.poll(shared, PATIENCE).toBe(true);
    const before = held();
    const claims = store.claims.length;

    const other = new pg.Client({ connectionString: database.url.replace(/[^/]*$/, 'postgres') });
    await other.connect();
    const name = new URL(database.url).pathname.slice(1);
    await other.query(`alter database ${name} allow_connections false`);
    await other.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    await expect.poll(() => consumers.every((consumer) => consumer.problem() !== null), PATIENCE).toBe(true);
    await other.query('select pg_sleep(11)');
    line.sever();
    await other.query(`alter database ${name} allow_connections true`);
    await other.end();
    await expect.poll(() => consumers[0]!.problem(), PATIENCE).toBeNull();
    line.restore();

    await expect.poll(() => consumers.every((consumer) => consumer.problem() === null), PATIENCE).toBe(true);
    const [place] = await streams[0]!.publish('long-outage', [{ key: null, headers: {}, value: Buffer.from('v') }]);
    await expect.poll(() => store.position(place!.partition), PATIENCE).toBe(place!.position + 1n);
    expect(held()).toEqual(before);
    expect(store.claims).toHaveLength(claims);
    expect(store.violations).toEqual([]);
  });

  it('is woken by notifications alone: the poll is for what they miss', async () => {
    const [publisher, stream] = [await open(), await open()];
    await stream.ensureTopics([{ topic: 'woken', partitions: 2 }]);
    const store = new OwnerStore();
    // With its timers standing still the bell polls once, when it begins to listen, and never again.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const polls = vi.getTimerCount();
    const consumer = await stream.consume({
      topic: 'woken',
      group: 'g',
      member: 'm',
      handler: store.handler('m'),
    });
    onTestFinished(() => consumer.stop());
    while (consumer.held().size < 2 || vi.getTimerCount() === polls) await new Promise(setImmediate);
    for (const n of [0, 1, 2]) {
      const value = Buffer.from(String(n));
      await publisher.publish('woken', [{ key: Buffer.from(`key-${n}`), headers: {}, value }]);
      while (store.handled.length <= n) await new Promise(setImmediate);
    }
    expect(store.values()).toEqual(['0', '1', '2']);
  });

  it('finds by polling what no notification told', async () => {
    const stream = await open();
    await stream.ensureTopics([{ topic: 'unheard', partitions: 1 }]);
    const store = new OwnerStore();
    const consumer = await stream.consume({ topic: 'unheard', group: 'g', member: 'm', handler: store.handler('m') });
    await expect.poll(() => consumer.held().get(0)?.lag, PATIENCE).toBe(0n);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `with moved as (
         update stream.partition p set next_position = next_position + 1 from stream.topic t
           where t.id = p.topic_id and t.name = 'unheard' returning p.topic_id)
       insert into stream.record (topic_id, partition, position, appended_at, headers, value)
         select topic_id, 0, 0, now(), '{}', 'silent' from moved`,
    );
    await client.end();
    await expect.poll(() => store.values(), PATIENCE).toEqual(['silent']);
  });

  it('reads large records a few megabytes at a time', async () => {
    const stream = await open();
    await stream.ensureTopics([{ topic: 'large', partitions: 1 }]);
    const value = Buffer.alloc(1024 * 1024, 'v');
    for (let n = 0; n < 12; n += 1) await stream.publish('large', [{ key: null, headers: {}, value }]);
    const sizes: number[] = [];
    for (let next = 0n; next < 12n; next += BigInt(sizes.at(-1)!)) {
      sizes.push((await stream.read('large', 0, next, 500)).length);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(5);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(12);
  });

  it('goes on beating while a handler takes its time to release', async () => {
    const [one, two] = [await open(), await open()];
    await one.ensureTopics([{ topic: 'slow-release', partitions: 4 }]);
    let released = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      released = resolve;
    });
    const store = new OwnerStore();
    const handler = store.handler('slow');
    const slow = await one.consume({
      topic: 'slow-release',
      group: 'g',
      member: 'slow',
      handler: {
        ...handler,
        release: async (partition, epoch) => {
          await gate;
          await handler.release(partition, epoch);
        },
      },
    });
    await expect.poll(() => slow.held().size, PATIENCE).toBe(4);
    const stopping = slow.stop();
    const heir = await two.consume({
      topic: 'slow-release',
      group: 'g',
      member: 'heir',
      handler: store.handler('heir'),
    });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('select pg_sleep(12)');
    await client.end();
    expect(heir.held().size).toBe(0);
    released();
    await stopping;
    await expect.poll(() => heir.held().size, PATIENCE).toBe(4);
    expect(store.violations).toEqual([]);
  });
});
