import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDispatchPool } from '../database/dispatch-pool.js';
import { claimJob } from '../jobs/job-leases.js';
import { insertJob } from '../jobs/job-rows.js';
import { aDelivery, anEvent } from '../testing/samples.js';
import { Storage } from '../testing/storage.js';
import { claimPings } from './claim-pings.js';
import { OwnLeases } from './own-leases.js';

let storage: Storage;

beforeEach(async () => {
  storage = await Storage.open();
});

afterEach(() => storage.close());

const dueNow = () =>
  storage.rows('select webhook_id from dispatch.pending where due_at <= now() and lease is null order by 1');

/** A row each, leased to dispatchers of these names, and one that is leased to nobody and due. */
async function parkFor(...owners: string[]) {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const event = anEvent();
  const origin = { kind: 'stream', epoch } as const;
  recorder.event(epoch, event, owners.length, owners.length);
  for (const owner of owners) {
    recorder.park([aDelivery({ event, webhookId: owner, origin })], new OwnLeases(owner).next());
  }
  await recorder.flushed();
}

test('what a former life of the dispatcher held is due at once, and nobody else’s is', async () => {
  await parkFor('a', 'a/a', 'b');
  expect(await dueNow()).toEqual([]);
  await new OwnLeases('a').releaseFormer(storage.pool, storage.clock, storage.logger);
  expect(await dueNow()).toEqual([{ webhook_id: 'a' }]);
});

test('so are the pings that it held', async () => {
  await storage.pool.query(
    "insert into dispatch.ping select n, 'x', 1, now(), null, false, now() from unnest('{a,b}'::text[]) n",
  );
  for (const owner of ['a', 'b']) {
    const terms = { lease: new OwnLeases(owner).next(), except: [], shiftMs: 0 };
    expect(await claimPings(storage.pool, [owner], terms)).toHaveLength(1);
  }
  await new OwnLeases('a').releaseFormer(storage.pool, storage.clock, storage.logger);
  const due = 'select webhook_id from dispatch.ping where due_at <= now() and lease is null';
  expect(await storage.rows(due)).toEqual([{ webhook_id: 'a' }]);
});

test('so are the jobs that it was at', async () => {
  const request = { kind: 'resend', deliveryId: 'msg_1' } as const;
  for (const owner of ['a', 'b']) {
    const job = {
      id: `job_${owner}`,
      accountId: 'x',
      request,
      rate: 1,
      webhookIds: ['w'],
      total: null,
      askedBy: 'key',
    };
    await insertJob(storage.pool, job, 0);
    expect(await claimJob(storage.pool, new OwnLeases(owner).next(), 0)).toMatchObject({ id: job.id });
  }
  await new OwnLeases('a').releaseFormer(storage.pool, storage.clock, storage.logger);
  expect(await claimJob(storage.pool, 'another', 0)).toMatchObject({ id: 'job_a' });
  expect(await claimJob(storage.pool, 'another', 0)).toBeNull();
});

test('a start goes on when the rows can’t be had in time', async () => {
  await parkFor('a');
  const impatient = openDispatchPool(storage.url, 1, { options: '-c statement_timeout=50ms' });
  const holder = await storage.pool.connect();
  try {
    await holder.query('begin');
    await holder.query('select from dispatch.pending for update');
    await new OwnLeases('a').releaseFormer(impatient, storage.clock, storage.logger);
  } finally {
    await holder.query('rollback');
    holder.release();
    await impatient.end();
  }
  expect(await dueNow()).toEqual([]);
});
