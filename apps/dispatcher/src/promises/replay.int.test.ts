import type { Job, JobRequest } from '@sluice/contracts/job-commands';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { LaneLog } from '../testing/lane-log.js';

let sluice: DispatcherUnderTest;

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterEach(() => sluice.close());

const credential = 'account-1';
const EVENTS = 3_000;
const until = (isTrue: () => Promise<void>, timeout = 30_000) => vi.waitFor(isTrue, { timeout, interval: 50 });
const settled = () => until(async () => expect(await sluice.behind()).toBe(0n));

async function created(request: Omit<Extract<JobRequest, { kind: 'replay' }>, 'kind'>): Promise<Job> {
  const result = await sluice.service.commands.createJob({ credential, request: { kind: 'replay', ...request } });
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
}

const ended = (job: Job, progress: Partial<Job>, timeout?: number) =>
  until(async () => {
    const result = await sluice.service.commands.getJob({ credential, jobId: job.id });
    expect(result).toMatchObject({ ok: true, value: { state: 'done', ...progress } });
  }, timeout);

const hourAgo = () => new Date(sluice.clock.nowMs() - 3_600_000).toISOString();
const at = (path: string) => sluice.receiver.arrivals.filter((arrival) => arrival.path === path);
const idsAt = (path: string) => at(path).map(({ headers }) => headers['webhook-id'] as string);
const eventsAt = (path: string) => at(path).map(({ headers }) => headers['ce-id'] as string);

test('3,000 events from before the webhook are delivered to it by two dispatchers, each once and under one id', async () => {
  await sluice.start({ instance: 'dispatcher-2' });
  const published: string[] = [];
  for (let from = 0; from < EVENTS; from += 100) {
    published.push(...(await Promise.all(Array.from({ length: 100 }, () => sluice.publish({ type: 'past' })))));
  }
  await settled();
  sluice.webhook({ id: 'late', eventType: 'past' });
  await sluice.publish({ type: 'past', id: 'live' });
  await until(async () => expect(await sluice.rows('select id from dispatch.delivery')).toHaveLength(1));
  const job = await created({ webhookIds: ['late'], from: hourAgo(), to: null, as: 'itself' });
  await ended(job, { total: EVENTS + 1, done: EVENTS + 1 }, 60_000);
  // What was delivered live is sent again, as it was asked for.
  await sluice.receiver.waitFor(EVENTS + 2, () => true, 60_000);
  await until(async () => expect(await sluice.rows('select id from dispatch.pending')).toEqual([]));
  expect(eventsAt('/late').sort()).toEqual([...published, 'live', 'live'].sort());
  expect(new Set(idsAt('/late')).size).toBe(EVENTS + 1);
}, 120_000);

test('replayed as new, a receiver sees other ids with the same events; as itself those that it has seen', async () => {
  sluice.webhook({ id: 'one' });
  for (let number = 0; number < 5; number += 1)
    await sluice.publish({ id: `event-${number}`, data: `{"n":${number}}` });
  await sluice.receiver.waitFor(5);
  await settled();
  const range = { webhookIds: ['one'], from: hourAgo(), to: null };
  await ended(await created({ ...range, as: 'new' }), { inserted: 5 });
  await sluice.receiver.waitFor(10);
  await until(async () => expect(await sluice.rows('select id from dispatch.delivery')).toHaveLength(10));
  await ended(await created({ ...range, as: 'itself' }), { inserted: 5 });
  await sluice.receiver.waitFor(15);
  const [first, again, itself] = [0, 5, 10].map((from) =>
    idsAt('/one')
      .slice(from, from + 5)
      .sort(),
  );
  expect(new Set([...first!, ...again!]).size).toBe(10);
  expect(itself).toEqual(first);
  const bodies = at('/one').map(({ body }) => body.toString());
  expect(bodies.slice(5, 10).sort()).toEqual(bodies.slice(0, 5).sort());
});

test('an event that was published twice, on two days even, is replayed once', async () => {
  const midnight = new Date(sluice.clock.nowMs()).setUTCHours(24, 0, 0, 0);
  sluice.clock.advance(midnight - sluice.clock.nowMs() - 60_000);
  await sluice.publish({ id: 'double' });
  sluice.clock.advance(120_000);
  await sluice.publish({ id: 'double' });
  await sluice.publish({ id: 'other' });
  await settled();
  sluice.webhook({ id: 'one' });
  await ended(await created({ webhookIds: ['one'], from: hourAgo(), to: null, as: 'itself' }), { inserted: 2 });
  await sluice.receiver.waitFor(2);
  expect(eventsAt('/one').sort()).toEqual(['double', 'other']);
});

test('live events of a webhook do not wait until a replay for it is done', async () => {
  for (let from = 0; from < 2_000; from += 100) {
    await Promise.all(Array.from({ length: 100 }, () => sluice.publish({ type: 'past' })));
  }
  await settled();
  sluice.receiver.answer(() => ({ status: 200, delayMs: 100 }));
  sluice.webhook({ id: 'busy', eventType: 'past' });
  await created({ webhookIds: ['busy'], from: hourAgo(), to: null, as: 'itself' });
  await sluice.receiver.waitFor(20);
  for (let number = 0; number < 10; number += 1) await sluice.publish({ type: 'past', id: `live-${number}` });
  await sluice.receiver.waitFor(10, ({ headers }) => String(headers['ce-id']).startsWith('live-'));
  expect(at('/busy').length).toBeLessThan(1_000);
});

test('a webhook that wants order gets what is replayed one by one, in the order of each subject', async () => {
  const subjects = ['a', 'b', 'c'];
  const published = new Map(
    subjects.map((subject) => [subject, Array.from({ length: 15 }, (_, at) => `${subject}${at}`)]),
  );
  for (const [subject, ids] of published) for (const id of ids) await sluice.publish({ subject, id });
  await settled();
  const log = new LaneLog(sluice.receiver, ({ eventId, nth }) => ({
    status: eventId.endsWith('4') && nth === 1 ? 500 : 200,
    delayMs: 5,
  }));
  sluice.webhook({ id: 'ordered', ordering: 'subject', retrySchedule: [0, 0.1, 0.1] });
  // Several steps for each subject.
  const request = { kind: 'replay', webhookIds: ['ordered'], from: hourAgo(), to: null, as: 'itself' } as const;
  const wanted = { credential, request: { ...request, webhookIds: ['ordered'] }, rate: 40 };
  expect(await sluice.service.commands.createJob(wanted)).toMatchObject({ ok: true });
  await until(async () => {
    const ended = "select id from dispatch.delivery where state = 'delivered'";
    expect(await sluice.rows(ended)).toHaveLength(45);
  });
  for (const [subject, ids] of published) {
    expect(log.runs('ordered', subject)).toEqual(ids);
    expect(log.overlaps('ordered', subject)).toEqual([]);
  }
  expect(await sluice.rows('select webhook_id from dispatch.lane')).toEqual([]);
});

test('what can’t be replayed is refused with its field and the cause', async () => {
  sluice.webhook({ id: 'one' });
  const now = sluice.clock.nowMs();
  const range = { webhookIds: ['one'], from: hourAgo(), to: null, as: 'new' } as const;
  const refusal = async (change: object) => {
    const request = { kind: 'replay', ...range, webhookIds: ['one'], ...change } as JobRequest;
    const result = await sluice.service.commands.createJob({ credential, request });
    return result.ok ? result.value : result.refusal;
  };
  expect(await refusal({ webhookIds: ['two'] })).toMatchObject({ code: 'not_found', field: 'webhook_ids.0' });
  expect(await refusal({ to: new Date(now + 3_600_000).toISOString() })).toMatchObject({
    code: 'invalid',
    field: 'to',
  });
  expect(await refusal({ to: hourAgo(), from: new Date(now).toISOString() })).toMatchObject({ field: 'from' });
});
