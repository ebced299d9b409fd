import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDispatchPool } from '../database/dispatch-pool.js';
import { JobsUnderTest } from '../testing/jobs-under-test.js';
import { cancelJob, forgetEndedJobs, readJobs } from './job-rows.js';

let jobs: JobsUnderTest;

beforeEach(async () => {
  jobs = await JobsUnderTest.open();
  jobs.webhook({ id: 'webhook-1' });
});
afterEach(() => jobs.close());

const DAY_MS = 86_400_000;
const counts = async () => [await jobs.storage.count('pending'), await jobs.storage.count('delivery')];

test('a delivery that ended is pending again as it was, with numbers that go on and a life of its own', async () => {
  const [delivery] = await jobs.ended(1);
  jobs.storage.clock.advance(DAY_MS);
  const job = await jobs.create({ kind: 'resend', deliveryId: delivery!.id }, { total: 1 });
  expect(await jobs.runner().step()).toBe(true);
  expect(await jobs.job(job)).toMatchObject({ state: 'done', total: 1, done: 1, inserted: 1, notPossible: 0 });
  const [row] = await jobs.storage.rows(
    `select id, webhook_id, position::int, attempt, first_attempt, lease,
       extract(epoch from begun_at - created_at)::int as begun, begun_at > accepted_at + interval '23 hours' as later
     from dispatch.pending`,
  );
  expect(row).toEqual({
    ...{ id: delivery!.id, webhook_id: 'webhook-1', position: 1, attempt: 3, first_attempt: 3, lease: null },
    ...{ begun: 0, later: true },
  });
  expect(await jobs.storage.count('delivery')).toBe(0);
  expect(await jobs.storage.count('attempt')).toBe(2);
});

test('a step makes half a second’s worth of deliveries, and the next is due when these have had their time', async () => {
  await jobs.ended(12);
  const job = await jobs.create(jobs.failed(), { rate: 10 });
  const runner = jobs.runner();
  const due = async () => {
    const [row] = await jobs.storage.rows<{ ms: number }>(
      "select extract(epoch from due_at - now()) * 1000 + $1 as ms from dispatch.job where state = 'running'",
      [-jobs.storage.clock.shiftMs],
    );
    return Number(row!.ms);
  };
  await runner.step();
  expect(await jobs.job(job)).toMatchObject({ inserted: 5, state: 'running' });
  expect(await due()).toBeGreaterThan(0);
  expect(await due()).toBeLessThanOrEqual(500);
  jobs.storage.clock.advance(500);
  // Another dispatcher goes on: the rate is the job's.
  await jobs.runner('another').step();
  expect(await jobs.job(job)).toMatchObject({ inserted: 10 });
  jobs.storage.clock.advance(500);
  await runner.step();
  expect(await jobs.job(job)).toMatchObject({ inserted: 12, done: 12, state: 'done' });
});

test('a job that is slower than a delivery a second waits between single ones', async () => {
  await jobs.ended(3);
  const job = await jobs.create(jobs.failed(), { rate: 0.01 });
  const runner = jobs.runner();
  expect([await runner.step(), await runner.step()]).toEqual([true, false]);
  expect(await jobs.job(job)).toMatchObject({ inserted: 1 });
  jobs.storage.clock.advance(99_000);
  expect(await runner.step()).toBe(false);
  jobs.storage.clock.advance(1_000);
  expect(await runner.step()).toBe(true);
  expect(await jobs.job(job)).toMatchObject({ inserted: 2 });
});

/** What is pending is sent, and fails for good. */
const endPending = () =>
  jobs.storage.rows(
    `with gone as (delete from dispatch.pending returning *)
     insert into dispatch.delivery (day, id, webhook_id, account_id, partition, position, state, identity, ended_at)
     select day, id, webhook_id, account_id, partition, position, 'exhausted', identity, now() + $1 * interval '1 ms' from gone`,
    [jobs.storage.clock.shiftMs],
  );

test('a step whose lease somebody else has taken writes nothing, and the other does each delivery once', async () => {
  await jobs.ended(4);
  const job = await jobs.create(jobs.failed(), { rate: 4 });
  const [zombie, other] = [jobs.runner('zombie'), jobs.runner('other')];
  jobs.meanwhile = async () => {
    jobs.meanwhile = async () => {};
    jobs.storage.clock.advance(60_000);
    expect(await other.step()).toBe(true);
    expect(await counts()).toEqual([2, 2]);
    await endPending();
  };
  await zombie.step();
  expect(await jobs.job(job)).toMatchObject({ state: 'running', done: 2, inserted: 2 });
  expect(await counts()).toEqual([0, 4]);
  for (let steps = 0; steps < 2; steps += 1) {
    jobs.storage.clock.advance(1_000);
    await other.step();
  }
  expect(await jobs.job(job)).toMatchObject({ state: 'done', done: 4, inserted: 4 });
  expect(await counts()).toEqual([2, 2]);
});

test('what another job has sent since the step looked is left alone', async () => {
  await jobs.ended(2);
  const job = await jobs.create(jobs.failed());
  jobs.meanwhile = async () => {
    jobs.storage.clock.advance(1_000);
    await jobs.storage.rows("update dispatch.delivery set ended_at = now() + $1 * interval '1 ms' where position = 1", [
      jobs.storage.clock.shiftMs,
    ]);
  };
  await jobs.runner().step();
  expect(await jobs.job(job)).toMatchObject({ state: 'done', done: 2, inserted: 1 });
  expect(await counts()).toEqual([1, 1]);
});

test('a job that is cancelled during a step makes nothing of it', async () => {
  await jobs.ended(4);
  const job = await jobs.create(jobs.failed());
  jobs.meanwhile = async () => {
    await cancelJob(jobs.storage.pool, 'account-1', job.id, jobs.storage.clock.shiftMs);
  };
  const runner = jobs.runner();
  expect(await runner.step()).toBe(true);
  expect(await counts()).toEqual([0, 4]);
  expect(await runner.step()).toBe(false);
  expect(await jobs.job(job)).toMatchObject({ state: 'cancelled', reason: 'cancelled by hand', inserted: 0 });
});

test.each(['before', 'after'])(
  'a connection that breaks %s the commit of each second step costs no delivery and repeats none',
  async (when) => {
    await jobs.ended(20);
    const job = await jobs.create(jobs.failed(), { rate: 8 });
    let commits = 0;
    class Breaking extends pg.Client {
      constructor(config?: pg.ClientConfig) {
        super(config);
        const send = this.query.bind(this) as (...statement: unknown[]) => Promise<unknown>;
        const query = async (...statement: unknown[]) => {
          if (statement[0] !== 'commit' || ++commits % 2 === 0) return send(...statement);
          if (when === 'after') await send(...statement);
          throw new Error('Connection terminated unexpectedly');
        };
        Object.assign(this, { query });
      }
    }
    const pool = openDispatchPool(jobs.storage.url, 2, { Client: Breaking });
    const runner = jobs.runner('dispatcher', pool);
    for (let steps = 0; steps < 40 && (await jobs.job(job)).state === 'running'; steps += 1) {
      await runner.step();
      jobs.storage.clock.advance(60_000);
    }
    await pool.end();
    expect(commits).toBeGreaterThan(4);
    expect(await jobs.job(job)).toMatchObject({ state: 'done', done: 20, inserted: 20 });
    expect(await counts()).toEqual([20, 0]);
  },
);

test('what ends again while the job is under way is not sent a second time by it', async () => {
  await jobs.ended(3);
  const job = await jobs.create(jobs.failed(), { rate: 0.01 });
  const runner = jobs.runner();
  for (let steps = 0; steps < 4; steps += 1) {
    await runner.step();
    jobs.storage.clock.advance(200_000);
    await endPending();
  }
  expect(await jobs.job(job)).toMatchObject({ state: 'done', done: 3, inserted: 3 });
  expect(await counts()).toEqual([0, 3]);
});

test('nothing is added to a webhook that has 1,000 pending deliveries, and others of the job are served meanwhile', async () => {
  jobs.webhook({ id: 'webhook-2' });
  await jobs.ended(2);
  await jobs.ended(2, 'webhook-2');
  await jobs.storage.rows(
    `insert into dispatch.pending (id, webhook_id, account_id, identity, day, partition, position, accepted_at, attempt, due_at, created_at)
     select 'waiting-' || n, 'webhook-1', 'account-1', '', now(), 0, n, now(), 1, now() + interval '1 day', now()
     from generate_series(1, 999) n`,
  );
  const job = await jobs.create(jobs.failed(['webhook-1', 'webhook-2']), { webhookIds: ['webhook-1', 'webhook-2'] });
  const runner = jobs.runner();
  const step = async () => {
    await runner.step();
    jobs.storage.clock.advance(2_000);
  };
  for (let steps = 0; steps < 6; steps += 1) await step();
  expect(await jobs.job(job)).toMatchObject({
    ...{ state: 'running', inserted: 3 },
    reason: 'the webhook webhook-1 has 1000 pending deliveries',
  });
  await jobs.storage.rows("delete from dispatch.pending where id like 'waiting-%'");
  await step();
  await step();
  expect(await jobs.job(job)).toMatchObject({ state: 'done', reason: null, inserted: 4 });
});

test('whatever waits for its next attempt is due now, each once however often it fails, and nothing else', async () => {
  const waiting = async (id: string, dueInS: string, from: number, to: number, lease: string | null = null) =>
    jobs.storage.rows(
      `insert into dispatch.pending (id, webhook_id, account_id, identity, day, partition, position, accepted_at, attempt, due_at, lease, created_at)
       select $1 || lpad(n::text, 4, '0'), 'webhook-1', 'account-1', '', now(), 0, n, now(), 2, now() + $2::interval, $3, now()
       from generate_series($4::int, $5) n`,
      [id, dueInS, lease, from, to],
    );
  // More than those beside which nothing is added: nothing is.
  await waiting('waiting-', '1 hour', 1, 1_100);
  await waiting('leased-', '1 hour', 1_101, 1_102, 'another:1');
  await waiting('behind-', 'infinity', 1_103, 1_103);
  await jobs.storage.rows(
    `insert into dispatch.pending (id, webhook_id, account_id, identity, day, partition, position, accepted_at, attempt, due_at, created_at)
     values ('waiting-0', 'webhook-2', 'account-1', '', now(), 0, 0, now(), 2, now() + interval '1 hour', now()),
       ('waiting-00', 'webhook-1', 'account-2', '', now(), 0, 0, now(), 2, now() + interval '1 hour', now())`,
  );
  jobs.storage.clock.advance(1_000);
  const job = await jobs.create({ kind: 'try_now', webhookIds: ['webhook-1'] }, { rate: 1_000, total: 1_100 });
  const runner = jobs.runner();
  for (let steps = 0; steps < 4; steps += 1) {
    await runner.step();
    // What was tried fails, and waits again.
    await jobs.storage.rows(
      "update dispatch.pending set due_at = now() + interval '2 hours', attempt = attempt + 1 where due_at < now() + interval '30 minutes'",
    );
    jobs.storage.clock.advance(1_000);
  }
  expect(await jobs.job(job)).toMatchObject({ state: 'done', total: 1_100, done: 1_100, inserted: 1_100 });
  const tried = await jobs.storage.rows<{ what: string; attempt: number; count: number }>(
    'select left(id, 8) as what, attempt, count(*)::int as count from dispatch.pending group by 1, 2 order by 1, 2',
  );
  expect(tried).toEqual([
    { what: 'behind-1', attempt: 2, count: 1 },
    { what: 'leased-1', attempt: 2, count: 2 },
    { what: 'waiting-', attempt: 2, count: 2 },
    { what: 'waiting-', attempt: 3, count: 1_100 },
  ]);
});

test('a job of a kind that only a later version knows is left to it, and holds up no other', async () => {
  const later = await jobs.create({ kind: 'try_now', webhookIds: ['webhook-1'] });
  await jobs.storage.rows(`update dispatch.job set request = '{"kind":"undo"}', due_at = now() - interval '1 minute'`);
  const job = await jobs.create({ kind: 'try_now', webhookIds: ['webhook-1'] });
  const runner = jobs.runner();
  expect(await runner.step()).toBe(true);
  expect(await runner.step()).toBe(false);
  expect(await jobs.job(job)).toMatchObject({ state: 'done' });
  expect(await jobs.job(later)).toBeNull();
  const { pool } = jobs.storage;
  expect((await readJobs(pool, 'account-1', { limit: 10 })).map(({ id }) => id)).toEqual([job.id]);
});

test('a paused webhook’s job waits, and one whose webhook is deleted or disabled ends as cancelled', async () => {
  await jobs.ended(2);
  jobs.webhook({ id: 'webhook-1', state: 'paused' });
  const runner = jobs.runner();
  const job = await jobs.create(jobs.failed());
  await runner.step();
  expect(await jobs.job(job)).toMatchObject({ state: 'running', reason: 'the webhook webhook-1 is paused' });
  jobs.storage.clock.advance(2_000);
  jobs.webhook({ id: 'webhook-1', state: 'disabled' });
  await runner.step();
  expect(await jobs.job(job)).toMatchObject({ state: 'cancelled', reason: 'the webhook webhook-1 was disabled' });
  const other = await jobs.create(jobs.failed());
  jobs.webhooks.clear();
  await runner.step();
  expect(await jobs.job(other)).toMatchObject({ state: 'cancelled', reason: 'the webhook webhook-1 was deleted' });
  expect(await counts()).toEqual([0, 2]);
});

test('a job waits until its webhook was enabled by the database’s clock too, as what is older was ended by the disabling', async () => {
  await jobs.ended(1);
  jobs.webhook({ id: 'webhook-1', enabledAt: new Date(Date.now() + 30_000).toISOString() });
  const runner = jobs.runner();
  const job = await jobs.create(jobs.failed());
  await runner.step();
  expect(await jobs.job(job)).toMatchObject({ state: 'running', reason: 'the webhook webhook-1 was enabled just now' });
  jobs.storage.clock.advance(31_000);
  await runner.step();
  expect(await jobs.job(job)).toMatchObject({ state: 'done', inserted: 1 });
});

test('of several webhooks the one that is gone is told of, and the others are served', async () => {
  await jobs.ended(2);
  const webhookIds = ['gone', 'webhook-1'];
  const job = await jobs.create(jobs.failed(webhookIds), { webhookIds });
  const runner = jobs.runner();
  for (let steps = 0; steps < 3; steps += 1) {
    await runner.step();
    jobs.storage.clock.advance(2_000);
  }
  expect(await jobs.job(job)).toMatchObject({ state: 'done', inserted: 2, reason: 'the webhook gone was deleted' });
});

test('a job whose steps fail one after the other is tried ever more rarely, and fails after ten', async () => {
  await jobs.ended(1);
  const job = await jobs.create(jobs.failed());
  jobs.meanwhile = () => Promise.reject(new Error('a fault'));
  const runner = jobs.runner();
  for (let steps = 0; steps < 10; steps += 1) {
    expect(await jobs.job(job)).toMatchObject({ state: 'running' });
    expect([await runner.step(), await runner.step()]).toEqual([true, false]);
    jobs.storage.clock.advance(60_000);
  }
  expect(await jobs.job(job)).toMatchObject({ state: 'failed', reason: expect.stringMatching(/^10 steps failed/) });
});

test('one whose event is kept nowhere any more is counted as not possible, and stays as it ended', async () => {
  await jobs.ended(2);
  await jobs.storage.rows('delete from dispatch.event_body where position = 1');
  const job = await jobs.create(jobs.failed());
  await jobs.runner().step();
  const notes = ['its event is no longer kept'];
  expect(await jobs.job(job)).toMatchObject({ state: 'done', done: 2, inserted: 1, notPossible: 1, notes });
  expect(await counts()).toEqual([1, 1]);
});

test('jobs that ended are forgotten after 30 days, running ones never', async () => {
  await jobs.ended(1);
  const ended = await jobs.create(jobs.failed());
  await jobs.runner().step();
  jobs.webhook({ id: 'webhook-1', state: 'paused' });
  await jobs.create(jobs.failed());
  const { pool, clock } = jobs.storage;
  clock.advance(30 * DAY_MS - 60_000);
  await forgetEndedJobs(pool, clock.shiftMs);
  expect(await jobs.job(ended)).toMatchObject({ state: 'done' });
  clock.advance(120_000);
  await forgetEndedJobs(pool, clock.shiftMs);
  expect(await jobs.storage.rows('select state from dispatch.job')).toEqual([{ state: 'running' }]);
});
