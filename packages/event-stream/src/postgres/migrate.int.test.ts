import { createDatabase } from '@sluice/testing/postgres';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStream, StreamMoveRefused } from '../open-stream.js';
import { migratePostgresStream } from './migrate.js';
import { orphanedRecords } from './orphaned-records.js';
import { openPostgresStream } from './postgres-stream.js';

const emptyDatabase = async (): Promise<string> => {
  const database = await createDatabase();
  onTestFinished(() => database.close());
  return database.url;
};

describe('the schema of the stream', () => {
  it('is made once when several processes make it at the same time', async () => {
    const url = await emptyDatabase();
    await Promise.all([1, 2, 3].map(() => migratePostgresStream(url)));
    await migratePostgresStream(url);
    const streams = await Promise.all([1, 2, 3].map(() => openPostgresStream({ connectionString: url })));
    await Promise.all(streams.map((stream) => stream.ensureTopics([{ topic: 't', partitions: 8 }])));
    expect(await streams[0]!.ranges('t')).toHaveLength(8);
    await Promise.all(streams.map((stream) => stream.close()));
  });

  it('is missed with a clear word', async () => {
    await expect(openPostgresStream({ connectionString: await emptyDatabase() })).rejects.toThrow('run the migrations');
  });
});

describe('choosing Kafka beside a Postgres log', () => {
  const kafka = { brokers: ['127.0.0.1:1'], clientId: 'test' };

  it('is refused while records are not worked off, and not afterwards', async () => {
    const connectionString = await emptyDatabase();
    await migratePostgresStream(connectionString);
    const told: string[] = [];
    const note = (_facts: object, message: string) => told.push(message);
    const log = { debug: note, info: note, warn: note, error: note };
    const stream = await openStream({ postgres: { connectionString } }, log);
    await stream.ensureTopics([{ topic: 't', partitions: 1 }]);
    await stream.publish('t', [{ key: null, headers: {}, value: null }]);
    const handled: bigint[] = [];
    const consumer = await stream.consume({
      topic: 't',
      group: 'g',
      member: 'm',
      handler: {
        claim: async () => ({ epoch: 1n, position: null }),
        records: async (_partition, _epoch, records) => {
          handled.push(...records.map(({ position }) => position));
        },
        release: async () => undefined,
      },
    });
    await expect.poll(() => handled, { timeout: 10_000 }).toEqual([0n]);
    expect(told).toContain('stream.partition.taken');
    await expect(openStream({ kafka, postgres: { connectionString } })).rejects.toThrow(StreamMoveRefused);
    await expect(openStream({ kafka, postgres: { connectionString } })).rejects.toThrow('1 records');
    consumer.hint(0, 1n);
    await stream.close();
    const moved = await openStream({ kafka, postgres: { connectionString } });
    await moved.close();
  });

  it('goes by where the owner claims from, when it was killed before it could tell how far it had come', async () => {
    const connectionString = await emptyDatabase();
    await migratePostgresStream(connectionString);
    const stream = await openPostgresStream({ connectionString });
    await stream.ensureTopics([{ topic: 'read', partitions: 1 }]);
    await stream.publish('read', [{ key: null, headers: {}, value: null }]);
    const settled = { epoch: 2n, position: 1n };
    const handler = { claim: async () => settled, records: async () => undefined, release: async () => undefined };
    await stream.consume({ topic: 'read', group: 'g', member: 'm', handler });
    await expect.poll(() => orphanedRecords(connectionString, ['read']), { timeout: 10_000 }).toBe(0n);
    await stream.close();
  });

  it('is refused for records that no group has ever read, where the topic is one that is read', async () => {
    const connectionString = await emptyDatabase();
    await migratePostgresStream(connectionString);
    const stream = await openPostgresStream({ connectionString });
    const record = { key: null, headers: {}, value: Buffer.from('x') };
    for (const topic of ['read', 'for anyone']) {
      await stream.ensureTopics([{ topic, partitions: 2 }]);
      await stream.publish(topic, [record, record, record]);
    }
    await stream.close();
    expect(await orphanedRecords(connectionString, ['read'])).toBe(3n);
    expect(await orphanedRecords(connectionString, [])).toBe(0n);
  });

  it('is no matter for a database without a log', async () => {
    expect(await orphanedRecords(await emptyDatabase(), ['read'])).toBe(0n);
  });
});
