import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '@sluice/contracts/job-commands';
import { refused } from '@sluice/contracts/result';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backfillCase } from '../testing/backfill-case.js';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { LaneLog } from '../testing/lane-log.js';

let sluice: DispatcherUnderTest;

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterEach(() => sluice.close());

const credential = 'account-1';
const until = (isTrue: () => Promise<void> | void, timeout = 40_000) => vi.waitFor(isTrue, { timeout, interval: 50 });
const settled = () => until(async () => expect(await sluice.behind()).toBe(0n));

async function backfill(webhookId: string, startFrom = 'earliest'): Promise<Job> {
  const request = { kind: 'backfill', webhookId, startFrom } as const;
  const result = await sluice.service.commands.createJob({ credential, request });
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
}

const done = (job: Job) =>
  until(async () => {
    const result = await sluice.service.commands.getJob({ credential, jobId: job.id });
    expect(result).toMatchObject({ ok: true, value: { state: 'done', notes: [] } });
  });

const idle = () =>
  until(async () => {
    expect(await sluice.behind()).toBe(0n);
    expect(await sluice.rows('select id from dispatch.pending')).toEqual([]);
  });

const at = (path: string) => sluice.receiver.arrivals.filter((arrival) => arrival.path === path);
const eventsAt = (path: string) => at(path).map(({ headers }) => headers['ce-id'] as string);

test(
  'while events come on, a new webhook gets every one of them from its start on, none of them twice',
  () => backfillCase(sluice),
  120_000,
);

test('an event that was stamped before a webhook was made, and appended when its backfill was done, is delivered to it', async () => {
  await sluice.publish({ id: 'before' });
  const underWay = { revision: sluice.feed.revision, acceptedAtMs: sluice.clock.nowMs() };
  await sleep(5);
  const startFrom = new Date(sluice.clock.nowMs()).toISOString();
  await sleep(5);
  const later = { revision: sluice.feed.revision, acceptedAtMs: sluice.clock.nowMs() };
  sluice.webhook({ id: 'from-earliest' });
  sluice.webhook({ id: 'from-then' });
  sluice.webhook({ id: 'from-creation' });
  await done(await backfill('from-earliest'));
  await done(await backfill('from-then', startFrom));
  await sluice.publish({ id: 'under-way', ...underWay });
  await sluice.publish({ id: 'later', ...later });
  await sluice.publish({ id: 'after' });
  await until(() => expect(eventsAt('/from-earliest').sort()).toEqual(['after', 'before', 'later', 'under-way']));
  await idle();
  expect(eventsAt('/from-then').sort()).toEqual(['after', 'later']);
  expect(eventsAt('/from-creation')).toEqual(['after']);
});

test('what a webhook has got is left alone by its backfill, whatever became of it', async () => {
  sluice.receiver.answer(({ headers }) => ({ status: headers['ce-id'] === 'failing' ? 500 : 200 }));
  await sluice.publish({ id: 'early' });
  await settled();
  sluice.webhook({ id: 'one' });
  await sluice.publish({ id: 'delivered' });
  await sluice.publish({ id: 'failing' });
  await sluice.receiver.waitFor(2);
  await settled();
  await sluice.feed.update('one', { state: 'paused' });
  await sluice.publish({ id: 'pending' });
  await settled();
  await sluice.feed.update('one', { state: 'enabled' });
  await done(await backfill('one'));
  await until(() => expect(eventsAt('/one')).toContain('pending'));
  await until(() => expect(eventsAt('/one')).toContain('early'));
  await until(async () => expect(await sluice.rows('select id from dispatch.pending')).toHaveLength(1));
  const others = eventsAt('/one').filter((id) => id !== 'failing');
  expect(others.sort()).toEqual(['delivered', 'early', 'pending']);
});

test('a webhook that wants order gets its backfill in the order of each subject, and what comes meanwhile too', async () => {
  const log = new LaneLog(sluice.receiver, () => ({ status: 200, delayMs: 2 }));
  const subjects = ['a', 'b', 'c'];
  const publish = async (from: number, to: number): Promise<void> => {
    for (let number = from; number < to; number += 1) {
      for (const subject of subjects) await sluice.publish({ subject, id: `${subject}${number}` });
    }
  };
  await publish(0, 20);
  await settled();
  sluice.webhook({ id: 'ordered', ordering: 'subject' });
  const job = await backfill('ordered');
  await publish(20, 25);
  await done(job);
  await idle();
  for (const subject of subjects) {
    const all = Array.from({ length: 25 }, (_, number) => `${subject}${number}`);
    expect(log.attempts('ordered', subject).toSorted()).toEqual(all.toSorted());
    expect(log.overlaps('ordered', subject)).toEqual([]);
    const backfilled = new Set(all.slice(0, 20));
    expect(log.attempts('ordered', subject).filter((id) => backfilled.has(id))).toEqual(all.slice(0, 20));
  }
});

/** So many running jobs of the account that are not due. */
const crowd = (jobs: number) =>
  sluice.rows(
    `insert into dispatch.job (id, account_id, request, rate, state, parts, due_at, created_at, asked_by)
     select 'job_' || n, $1, '{"kind":"resend","deliveryId":"x"}', 1, 'running', '[]', 'infinity', now(), 'k'
     from generate_series(1, $2::int) n`,
    [credential, jobs],
  );
const running = async () => {
  const [row] = await sluice.rows<{ count: number }>(
    "select count(*)::int as count from dispatch.job where state = 'running'",
  );
  return row!.count;
};

test('the last place among the running jobs is taken once, and a backfill without one leaves its webhook as it was', async () => {
  const ids = ['one', 'two', 'three', 'four', 'five'];
  for (const id of ids) sluice.webhook({ id });
  await crowd(99);
  const started: string[] = [];
  const refusals: string[] = [];
  const { startWebhookFrom } = sluice.feed;
  Object.assign(sluice.feed, {
    startWebhookFrom: async (asked: Parameters<typeof startWebhookFrom>[0]) => {
      started.push(asked.webhookId);
      // A job that has ended makes room for another.
      await vi.waitFor(() => expect(refusals).toHaveLength(4), 10_000);
      return startWebhookFrom(asked);
    },
  });
  const made = await Promise.all(
    ids.map(async (webhookId) => {
      const request = { kind: 'backfill', webhookId, startFrom: 'earliest' } as const;
      const result = await sluice.service.commands.createJob({ credential, request });
      if (!result.ok) refusals.push(result.refusal.code);
      return result.ok ? result.value.webhookIds : [];
    }),
  );
  expect(refusals).toEqual(Array(4).fill('too_many'));
  expect(started).toEqual(made.flat());
});

test('a backfill whose webhook can’t be started is no job', async () => {
  sluice.webhook({ id: 'one' });
  Object.assign(sluice.feed, { startWebhookFrom: async () => refused('conflict', 'the webhook is disabled') });
  const request = { kind: 'backfill', webhookId: 'one', startFrom: 'earliest' } as const;
  const result = await sluice.service.commands.createJob({ credential, request });
  expect(result).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
  Object.assign(sluice.feed, { startWebhookFrom: () => Promise.reject(new Error('the registry is away')) });
  await expect(sluice.service.commands.createJob({ credential, request })).rejects.toThrow('the registry is away');
  expect(await running()).toBe(0);
});

test('a backfill that can’t be is refused with its field and the cause', async () => {
  sluice.webhook({ id: 'one' });
  const refusal = async (webhookId: string, startFrom: string, by = credential) => {
    const request = { kind: 'backfill', webhookId, startFrom } as const;
    const result = await sluice.service.commands.createJob({ credential: by, request });
    return result.ok ? result.value : result.refusal;
  };
  const tomorrow = new Date(sluice.clock.nowMs() + 86_400_000).toISOString();
  expect(await refusal('one', tomorrow)).toMatchObject({ code: 'invalid', field: 'start_from' });
  expect(await refusal('two', 'earliest')).toMatchObject({ code: 'not_found', field: 'webhook_id' });
  expect(await refusal('one', 'earliest', 'account-2')).toMatchObject({ code: 'not_found', field: 'webhook_id' });
  await sluice.feed.update('one', { state: 'disabled' });
  expect(await refusal('one', 'earliest')).toMatchObject({ code: 'conflict', field: 'webhook_id' });
});
