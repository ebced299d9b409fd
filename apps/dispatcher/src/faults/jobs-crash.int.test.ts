import type { JobRequest } from '@sluice/contracts/job-commands';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { insertJob, readJob } from '../jobs/job-rows.js';
import { DispatcherProcess } from '../testing/dispatcher-process.js';
import { DispatcherUnderTest, PARTITIONS } from '../testing/dispatcher-under-test.js';

const MAX_UNRECORDED = 40;
const EVENTS = 400;
const KILLS = 3;

let sluice: DispatcherUnderTest;
let dispatcher: DispatcherProcess;

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
  dispatcher = await DispatcherProcess.create(sluice.feed, {
    DATABASE_URL: sluice.database.url,
    EVENT_PARTITIONS: String(PARTITIONS),
    MAX_UNRECORDED: String(MAX_UNRECORDED),
  });
});
afterEach(async () => {
  await dispatcher.close();
  await sluice.close();
});

const until = (isTrue: () => Promise<void>) => vi.waitFor(isTrue, { timeout: 60_000, interval: 100 });
const delivered = (count: number) =>
  until(async () => {
    const states = await sluice.rows('select state, count(*)::int from dispatch.delivery group by state');
    expect(states).toEqual([{ state: 'delivered', count }]);
  });

/** The moment in which so much of the job is done. */
const stepped = (done: number) =>
  vi.waitFor(
    async () => expect((await readJob(sluice.pool, 'account-1', 'job_1'))?.done).toBeGreaterThanOrEqual(done),
    {
      ...{ timeout: 60_000, interval: 5 },
    },
  );

/** All events are delivered; answers the ids. */
async function publishAll(): Promise<string[]> {
  sluice.webhook({ id: 'one' });
  dispatcher.start();
  for (let event = 0; event < EVENTS; event += 1) await sluice.publish();
  await sluice.receiver.waitFor(EVENTS);
  await delivered(EVENTS);
  return sluice.receiver.arrivals.map(({ headers }) => headers['webhook-id'] as string);
}

/** Does the job while the dispatcher is killed now and then; answers the ids that arrive meanwhile. */
async function killedAt(request: JobRequest): Promise<string[]> {
  const before = sluice.receiver.arrivals.length;
  const job = { id: 'job_1', accountId: 'account-1', rate: 80, webhookIds: ['one'], total: EVENTS, askedBy: 'key' };
  await insertJob(sluice.pool, { ...job, request }, 0);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await stepped(kill * 90);
    await dispatcher.end('SIGKILL');
    dispatcher.start();
  }
  await until(async () => expect((await readJob(sluice.pool, 'account-1', job.id))?.state).toBe('done'));
  expect(await readJob(sluice.pool, 'account-1', job.id)).toMatchObject({ done: EVENTS, inserted: EVENTS });
  await until(async () => expect(await sluice.rows('select id from dispatch.pending')).toEqual([]));
  return sluice.receiver.arrivals.slice(before).map(({ headers }) => headers['webhook-id'] as string);
}

test('kill -9 between the steps of a job: each delivery is sent again, and none by two steps', async () => {
  const ids = await publishAll();
  await sluice.rows("update dispatch.delivery set state = 'exhausted'");
  const since = '2026-01-01T00:00:00Z';
  const again = await killedAt({ kind: 'resend', webhookIds: ['one'], states: ['exhausted'], since });
  await delivered(EVENTS);
  expect([...new Set(again)].sort()).toEqual([...new Set(ids)].sort());
  expect(again.length).toBeLessThanOrEqual(EVENTS + KILLS * MAX_UNRECORDED);
}, 180_000);

test('kill -9 during a replay as new: each event has one new id', async () => {
  const ids = await publishAll();
  const from = '2026-01-01T00:00:00Z';
  const again = await killedAt({ kind: 'replay', webhookIds: ['one'], from, to: null, as: 'new' });
  await delivered(2 * EVENTS);
  expect(new Set(again).size).toBe(EVENTS);
  expect(ids.filter((id) => again.includes(id))).toEqual([]);
}, 180_000);
