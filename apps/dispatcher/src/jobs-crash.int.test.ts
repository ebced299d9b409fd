import type { JobRequest } from '@sluice/contracts/job-commands';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { insertJob, readJob } from './jobs/job-rows.js';
import { DispatcherProcess } from './testing/dispatcher-process.js';
import { DispatcherUnderTest, PARTITIONS } from './testing/dispatcher-under-test.js';

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
const ended = () =>
  until(async () => {
    const states = await sluice.rows('select state, count(*)::int from dispatch.delivery group by state');
    expect(states).toEqual([{ state: 'delivered', count: EVENTS }]);
  });

/** The moment in which so much of the job is done. */
const stepped = (done: number) =>
  vi.waitFor(
    async () => expect((await readJob(sluice.pool, 'account-1', 'job_1'))?.done).toBeGreaterThanOrEqual(done),
    {
      ...{ timeout: 60_000, interval: 5 },
    },
  );

test('kill -9 between the steps of a job: each delivery is sent again, and none by two steps', async () => {
  sluice.webhook({ id: 'one' });
  dispatcher.start();
  for (let event = 0; event < EVENTS; event += 1) await sluice.publish();
  await sluice.receiver.waitFor(EVENTS);
  await ended();
  await sluice.rows("update dispatch.delivery set state = 'exhausted'");
  const [{ ids }] = (await sluice.rows<{ ids: string[] }>('select array_agg(id) as ids from dispatch.delivery')) as [
    { ids: string[] },
  ];
  const since = '2026-01-01T00:00:00Z';
  const request: JobRequest = { kind: 'resend', webhookIds: ['one'], states: ['exhausted'], since };
  const job = { id: 'job_1', accountId: 'account-1', rate: 80, webhookIds: ['one'], total: EVENTS, askedBy: 'key' };
  const before = sluice.receiver.arrivals.length;
  await insertJob(sluice.pool, { ...job, request }, 0);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    await stepped(kill * 90);
    await dispatcher.end('SIGKILL');
    dispatcher.start();
  }
  await until(async () => expect((await readJob(sluice.pool, 'account-1', job.id))?.state).toBe('done'));
  await ended();
  expect(await readJob(sluice.pool, 'account-1', job.id)).toMatchObject({ done: EVENTS, inserted: EVENTS });
  const again = sluice.receiver.arrivals.slice(before).map(({ headers }) => headers['webhook-id']);
  expect([...new Set(again)].sort()).toEqual(ids.sort());
  expect(again.length).toBeLessThanOrEqual(EVENTS + KILLS * MAX_UNRECORDED);
}, 180_000);
