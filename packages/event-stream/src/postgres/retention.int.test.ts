import { createDatabase, type TestDatabase } from '@sluice/testing/postgres';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventStream, StreamConsumer } from '../event-stream.js';
import { silentLog } from '../stream-log.js';
import { connectStream, type StreamConnections } from './connections.js';
import { migratePostgresStream } from './migrate.js';
import { orphanedRecords } from './orphaned-records.js';
import { openPostgresStream } from './postgres-stream.js';
import { Retention } from './retention.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

describe('retention of the Postgres log', () => {
  let database: TestDatabase;
  let client: pg.Client;
  let connections: StreamConnections;
  let stream: EventStream;
  let clock: { shiftMs: number };
  let alarms: string[];
  let retention: Retention;

  beforeAll(async () => {
    database = await createDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    connections = connectStream(database.url, silentLog);
  });
  afterAll(async () => {
    await stream?.close();
    await connections?.end();
    await client?.end();
    await database?.close();
  });
  beforeEach(async () => {
    await stream?.close();
    await client.query('drop schema if exists stream cascade');
    await migratePostgresStream(database.url);
    stream = await openPostgresStream({ connectionString: database.url });
    clock = { shiftMs: 0 };
    alarms = [];
    const log = { ...silentLog, error: (_facts: object, message: string) => alarms.push(message) };
    retention = new Retention(connections, 7, clock, log);
    await stream.ensureTopics([{ topic: 't', partitions: 2 }]);
  });

  const publish = (count: number) =>
    stream.publish(
      't',
      Array.from({ length: count }, (_, n) => ({ key: Buffer.from(`key-${n}`), headers: {}, value: Buffer.from('v') })),
    );

  const held = async (): Promise<bigint> =>
    (await stream.ranges('t')).reduce((sum, { first, end }) => sum + (end - first), 0n);

  const rows = async (): Promise<number> => (await client.query('select 1 from stream.record')).rows.length;

  /** A group that is known and has passed `passed`. */
  const group = async (name: string, passed: 'all' | 'nothing'): Promise<void> => {
    let claimed = 0;
    const consumer: StreamConsumer = await stream.consume({
      topic: 't',
      group: name,
      member: 'm',
      handler: {
        claim: async () => {
          claimed += 1;
          return { epoch: 1n, position: null };
        },
        records: async () => undefined,
        release: async () => undefined,
      },
    });
    await expect.poll(() => claimed, { timeout: 10_000 }).toBe(2);
    if (passed === 'all') for (const { partition, end } of await stream.ranges('t')) consumer.hint(partition, end);
    await consumer.stop();
  };

  const after = async (days: number): Promise<void> => {
    clock.shiftMs = days * DAY_MS;
    await retention.maintain();
  };

  it('keeps a day until its youngest record is older than the retention, then drops it and says so', async () => {
    await publish(10);
    await after(6.9);
    expect(await held()).toBe(10n);
    await after(8.1);
    expect(await held()).toBe(0n);
    expect(await rows()).toBe(0);
    const [{ first, end } = { first: 0n, end: -1n }] = await stream.ranges('t');
    expect(first).toBe(end);
    await expect(stream.read('t', 0, 0n, 1)).rejects.toThrow('out of range');
    await publish(1);
    expect(await held()).toBe(1n);
  });

  it('drops a day that every known group has passed, without alarm', async () => {
    await publish(10);
    await group('g', 'all');
    await after(4);
    await after(8.1);
    expect(await rows()).toBe(0);
    expect(alarms).toEqual([]);
  });

  it('keeps a day that a group has not passed until its alarm has stood for half of the retention', async () => {
    await publish(10);
    await group('fast', 'all');
    await group('slow', 'nothing');
    await after(8.1);
    expect(await held()).toBe(10n);
    expect(alarms).toContain('stream.group.behind');
    await after(8.1 + 3.4);
    expect(await held()).toBe(10n);
    await after(8.1 + 3.6);
    expect(await held()).toBe(0n);
    expect(alarms).toContain('stream.day.dropped_unread');
  });

  it('raises the alarm at half of the retention, where the group is told, and ends it when the group caught up', async () => {
    await publish(10);
    await group('g', 'nothing');
    await after(3.4);
    expect(alarms).toEqual([]);
    await after(3.6);
    expect(alarms).toEqual(['stream.group.behind', 'stream.group.behind']);
    const consumer = await stream.consume({
      topic: 't',
      group: 'g',
      member: 'm',
      handler: {
        claim: async () => ({ epoch: 1n, position: null }),
        records: async () => undefined,
        release: async () => undefined,
      },
    });
    await expect.poll(() => consumer.problem(), { timeout: 10_000 }).toMatch(/behind by more than half.*0, 1/);
    await expect.poll(() => consumer.held().size, { timeout: 10_000 }).toBe(2);
    for (const { partition, end } of await stream.ranges('t')) consumer.hint(partition, end);
    await consumer.stop();
    await after(3.7);
    const { rows: behind } = await client.query('select 1 from stream.progress where behind_since is not null');
    expect(behind).toEqual([]);
  });

  it('publishing goes on when nobody has made the day', async () => {
    for (const { table } of (
      await client.query<{ table: string }>(
        `select inhrelid::regclass::text as table from pg_inherits where inhparent = 'stream.record'::regclass`,
      )
    ).rows) {
      await client.query(`drop table ${table}`);
    }
    await publish(3);
    expect(await held()).toBe(3n);
    expect(await rows()).toBe(3);
  });

  it('publishing goes on after the clock of the database went back by weeks', async () => {
    await publish(4);
    await client.query(`update stream.partition set last_appended_at = now() + interval '40 days'`);
    await publish(4);
    expect(await rows()).toBe(8);
    const [{ youngest }] = (await client.query('select max(appended_at) > now() as youngest from stream.record')).rows;
    expect(youngest).toBe(true);
  });

  it('counts what some group has not passed', async () => {
    expect(await orphanedRecords(database.url, [])).toBe(0n);
    await publish(10);
    await group('g', 'all');
    expect(await orphanedRecords(database.url, [])).toBe(0n);
    await publish(5);
    expect(await orphanedRecords(database.url, [])).toBe(5n);
    await group('late', 'nothing');
    expect(await orphanedRecords(database.url, [])).toBe(15n);
    await group('late', 'all');
    await group('g', 'all');
    expect(await orphanedRecords(database.url, [])).toBe(0n);
  });
});
