import { createDatabase, type TestDatabase } from '@sluice/testing/postgres';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { OwnerStore } from '../conformance/owner-store.js';
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

  const open = async (): Promise<EventStream> => {
    const stream = await openPostgresStream({ connectionString: database.url });
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

  it('keeps its partitions and epochs when the database is away for longer than a session', async () => {
    const streams = [await open(), await open()];
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
    await expect.poll(() => held().flat().sort(), PATIENCE).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await expect.poll(() => consumers.every((consumer) => consumer.held().size > 0), PATIENCE).toBe(true);
    const before = held();
    const claims = store.claims.length;

    const other = new pg.Client({ connectionString: database.url.replace(/[^/]*$/, 'postgres') });
    await other.connect();
    const name = new URL(database.url).pathname.slice(1);
    await other.query(`alter database ${name} allow_connections false`);
    await other.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    await expect.poll(() => consumers.every((consumer) => consumer.problem() !== null), PATIENCE).toBe(true);
    await other.query('select pg_sleep(11)');
    await other.query(`alter database ${name} allow_connections true`);
    await other.end();

    await expect.poll(() => consumers.every((consumer) => consumer.problem() === null), PATIENCE).toBe(true);
    const [place] = await streams[0]!.publish('long-outage', [{ key: null, headers: {}, value: Buffer.from('v') }]);
    await expect.poll(() => store.position(place!.partition), PATIENCE).toBe(place!.position + 1n);
    expect(held()).toEqual(before);
    expect(store.claims).toHaveLength(claims);
    expect(store.violations).toEqual([]);
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
