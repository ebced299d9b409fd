import type { JobRequest } from '@sluice/contracts/job-commands';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { IdentifiedEvent } from '../model/delivery.js';
import { JobsUnderTest } from '../testing/jobs-under-test.js';
import { aDelivery, anEvent } from '../testing/samples.js';
import { anAttempt } from '../testing/storage.js';

let jobs: JobsUnderTest;

beforeEach(async () => {
  jobs = await JobsUnderTest.open();
  jobs.webhook({ id: 'webhook-1' });
});
afterEach(() => jobs.close());

const replay = (as: 'itself' | 'new', change: Partial<Extract<JobRequest, { kind: 'replay' }>> = {}): JobRequest => ({
  ...{ kind: 'replay', webhookIds: ['webhook-1'], from: '2026-01-01T00:00:00Z', to: null, as },
  ...change,
});

/** Events that were matched, and got these webhooks nothing unless told. */
async function matched(events: IdentifiedEvent[], settled = events.at(-1)!.position + 1n) {
  const { recorder } = jobs.storage.recorder();
  const { epoch } = await recorder.take(0);
  for (const event of events) {
    jobs.log.add(event);
    recorder.event(epoch, event, 0, 0);
  }
  await recorder.flushed();
  await jobs.storage.rows('update dispatch.partition set position = $1', [`${settled}`]);
  return { recorder, epoch };
}

const events = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => anEvent({ id: `event-${from + at}`, position: BigInt(from + at) }));
const pending = () =>
  jobs.storage.rows<{ id: string; position: number; attempt: number; first_attempt: number }>(
    'select id, position::int, attempt, first_attempt from dispatch.pending order by position',
  );
const positions = async () => (await pending()).map(({ position }) => position);

async function steps(count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) {
    await jobs.runner().step();
    jobs.storage.clock.advance(5_000);
  }
}

test('as itself makes what never was, sends again what ended, and leaves alone what is pending', async () => {
  const [ended, waiting, never] = events(3);
  const { recorder, epoch } = await matched([ended!, waiting!, never!]);
  const origin = { kind: 'pending', lease: 'lease' } as const;
  recorder.park(
    [ended!, waiting!].map((event) => aDelivery({ event, origin: { kind: 'stream', epoch } })),
    'lease',
  );
  recorder.settle(aDelivery({ event: ended!, origin }), anAttempt(), { state: 'delivered' });
  await recorder.flushed();
  const job = await jobs.create(replay('itself'));
  await steps(2);
  expect(await jobs.job(job)).toMatchObject({ state: 'done', total: 3, done: 3, inserted: 2, notes: [] });
  const ids = [ended!, waiting!, never!].map((event) => aDelivery({ event }).id);
  expect(await pending()).toMatchObject([
    { id: ids[0], attempt: 2, first_attempt: 2 },
    { id: ids[1], attempt: 1 },
    { id: ids[2], attempt: 1, first_attempt: 1 },
  ]);
  expect(await jobs.storage.count('delivery')).toBe(0);
  expect(await jobs.storage.count('event_body')).toBe(3);
});

test('one that ends while the job would make it is left alone', async () => {
  const [event] = events(1);
  const { recorder, epoch } = await matched([event!]);
  recorder.park([aDelivery({ event: event!, origin: { kind: 'stream', epoch } })], 'lease');
  await recorder.flushed();
  const job = await jobs.create(replay('itself'));
  const ending = await jobs.storage.pool.connect();
  await ending.query('begin');
  await ending.query(`with gone as (delete from dispatch.pending returning *)
    insert into dispatch.delivery (day, id, webhook_id, account_id, partition, position, state, identity, ended_at)
    select day, id, webhook_id, account_id, partition, position, 'delivered', identity, clock_timestamp() from gone`);
  const step = jobs.runner().step();
  await vi.waitFor(async () => {
    const waits = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    expect(await jobs.storage.rows(waits)).toHaveLength(1);
  });
  await ending.query('commit');
  ending.release();
  await step;
  expect([await jobs.storage.count('pending'), await jobs.storage.count('delivery')]).toEqual([0, 1]);
  expect(await jobs.job(job)).toMatchObject({ state: 'done', done: 1, inserted: 0 });
});

test('as new makes each under an id that is its own, whatever became of it before', async () => {
  await matched(events(2));
  await jobs.create(replay('new'));
  await steps(2);
  const first = await pending();
  await jobs.create(replay('new'));
  await jobs.create(replay('itself'));
  await steps(4);
  expect(first).toHaveLength(2);
  const ids = (await pending()).map(({ id }) => id);
  expect(new Set(ids).size).toBe(6);
  expect(ids).toEqual(expect.arrayContaining(events(2).map((event) => aDelivery({ event }).id)));
});

test('a step that is done twice makes no delivery twice, also as new', async () => {
  await matched(events(4));
  const job = await jobs.create(replay('new'), { rate: 4 });
  jobs.meanwhile = async () => {
    jobs.meanwhile = async () => {};
    jobs.storage.clock.advance(60_000);
    await jobs.runner('other').step();
  };
  await steps(4);
  expect(await jobs.job(job)).toMatchObject({ state: 'done', done: 4, inserted: 4 });
  expect(await positions()).toEqual([0, 1, 2, 3]);
});

test('takes what the webhook’s type, filter and account match now, in the time that was asked for', async () => {
  const hourAgoMs = Date.now() - 3_600_000;
  const at = (minute: number) => new Date(hourAgoMs + minute * 60_000).toISOString();
  const filter = '{"n":{"$gt":1152921504606846976}}';
  jobs.webhook({ id: 'webhook-1', filter });
  const data = '{"n":1152921504606846977}';
  const all = [
    { acceptedAt: at(9) },
    { acceptedAt: at(10) },
    { acceptedAt: at(11), data: '{"n":1152921504606846976}' },
    { acceptedAt: at(11), data: 'no JSON' },
    { acceptedAt: at(11), type: 'another' },
    { acceptedAt: at(11), accountId: 'account-2' },
    { acceptedAt: at(11), accountId: 'account-2', audience: { to: 'all' as const } },
    { acceptedAt: at(11), accountId: 'account-2', audience: { to: 'account' as const, accountId: 'account-1' } },
    { acceptedAt: at(11), audience: { to: 'account' as const, accountId: 'account-2' } },
    { acceptedAt: at(19), revision: 0 },
    { acceptedAt: at(20) },
  ].map((event, position) => anEvent({ data, id: `event-${position}`, position: BigInt(position), ...event }));
  await matched(all);
  const job = await jobs.create(replay('itself', { from: at(10), to: at(20) }));
  await steps(2);
  expect(await positions()).toEqual([1, 6, 7, 9]);
  expect(await jobs.job(job)).toMatchObject({ state: 'done', done: 11, inserted: 4 });
});

test('a partition is read only as far as it is settled, and over the gaps in it', async () => {
  const [first, second, third] = [1n, 3n, 6n].map((position) => anEvent({ id: `event-${position}`, position }));
  await matched([first!, second!, third!], 3n);
  jobs.log.end = 9n;
  const job = await jobs.create(replay('itself'));
  await steps(3);
  expect(await positions()).toEqual([1]);
  expect(await jobs.job(job)).toMatchObject({ state: 'running', reason: 'events are still being matched', done: 1 });
  await jobs.storage.rows('update dispatch.partition set position = 7');
  await steps(3);
  expect(await positions()).toEqual([1, 3, 6]);
  expect(await jobs.job(job)).toMatchObject({ state: 'done', reason: null, total: 8, done: 8 });
});

test('a record that left no row as an event, a double for instance, is none, unless such rows are gone by their age', async () => {
  const [original, double] = events(2);
  const { recorder } = await matched([original!, double!]);
  const ancient = anEvent({ id: 'ancient', position: 2n, acceptedAt: '2026-02-01T00:00:00.000Z' });
  jobs.log.add(ancient);
  await recorder.flushed();
  await jobs.storage.rows('update dispatch.partition set position = 3');
  await jobs.storage.rows('delete from dispatch.event where position = 1');
  await jobs.create(replay('itself'));
  await steps(2);
  expect(await positions()).toEqual([0, 2]);
});

test.each(['itself', 'new'] as const)(
  'an event that was matched at two places of one day is made once, as %s',
  async (as) => {
    const [original] = events(1);
    await matched([original!, { ...original!, position: 1n }]);
    const job = await jobs.create(replay(as), { rate: 2 });
    await steps(3);
    expect(await positions()).toEqual([0]);
    expect(await jobs.job(job)).toMatchObject({ state: 'done', done: 2, inserted: 1 });
  },
);

test('several webhooks are served one by one, each with all that is for it', async () => {
  jobs.webhook({ id: 'webhook-2', filter: '{"no":"match"}' });
  jobs.webhook({ id: 'webhook-3' });
  const webhookIds = ['webhook-1', 'webhook-2', 'webhook-3'];
  await matched(events(5));
  const job = await jobs.create(replay('itself', { webhookIds }), { webhookIds, rate: 4 });
  await steps(12);
  expect(await jobs.job(job)).toMatchObject({ state: 'done', total: 15, done: 15, inserted: 10 });
  const rows = await jobs.storage.rows('select webhook_id, count(*)::int from dispatch.pending group by 1 order by 1');
  expect(rows).toEqual([
    { webhook_id: 'webhook-1', count: 5 },
    { webhook_id: 'webhook-3', count: 5 },
  ]);
});

test('what the stream has dropped is told: before the job began, and under its hands', async () => {
  const all = events(6);
  await matched(all);
  jobs.log.first = 2n;
  jobs.log.events.splice(0, 2);
  const job = await jobs.create(replay('itself', { from: new Date(Date.now() - 7_200_000).toISOString() }), {
    rate: 2,
  });
  await steps(1);
  jobs.log.first = 4n;
  jobs.log.events.splice(0, 2);
  await steps(6);
  expect(await positions()).toEqual([2, 4, 5]);
  expect(await jobs.job(job)).toMatchObject({
    ...{ state: 'done', total: 4, done: 4, inserted: 3 },
    notes: [
      expect.stringMatching(/^the stream no longer has all events since /),
      'the stream dropped events before they were read',
    ],
  });
});

test('a filter that this version can’t read fails the job, and nothing is made', async () => {
  await matched(events(1));
  jobs.webhook({ id: 'webhook-1', filter: '{"a":{"$newer":1}}' });
  const job = await jobs.create(replay('itself'));
  for (let step = 0; step < 10; step += 1) {
    await jobs.runner().step();
    jobs.storage.clock.advance(60_000);
  }
  expect(await jobs.job(job)).toMatchObject({ state: 'failed' });
});
