import type { Job, JobRequest } from '@sluice/contracts/job-commands';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDispatchPool } from '../database/dispatch-pool.js';
import { Retention } from '../retention/retention.js';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

let sluice: DispatcherUnderTest;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterAll(() => sluice.close());

const DAY_MS = 86_400_000;
const credential = 'account-1';
const commands = () => sluice.service.commands;

const create = (request: JobRequest, by = credential) => commands().createJob({ credential: by, request });

async function created(request: JobRequest): Promise<Job> {
  const result = await create(request);
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
}

const job = async ({ id }: Job): Promise<Job> => {
  const result = await commands().getJob({ credential, jobId: id });
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
};

const until = (isTrue: () => Promise<void>) => vi.waitFor(isTrue, { timeout: 30_000, interval: 50 });
const done = (made: Job, progress: Partial<Job>) =>
  until(async () => expect(await job(made)).toMatchObject({ state: 'done', ...progress }));

const at = (path: string) => sluice.receiver.arrivals.filter((arrival) => arrival.path === path);
const arrived = (path: string, count: number) => sluice.receiver.waitFor(count, (arrival) => arrival.path === path);
const ended = (webhookId: string, state: string, count: number) =>
  until(async () => {
    const where = 'select id from dispatch.delivery where webhook_id = $1 and state = $2';
    expect(await sluice.rows(where, [webhookId, state])).toHaveLength(count);
  });
const idAt = (path: string, index = 0) => at(path)[index]?.headers['webhook-id'] as string;

async function delivery(deliveryId: string) {
  const result = await commands().getDelivery({ credential, deliveryId });
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
}

test('a delivered event is sent once more under its id, to the endpoint and with the secrets of now', async () => {
  const webhook = sluice.webhook({ id: 'once-more', eventType: 'once' });
  await sluice.publish({ type: 'once', id: 'first', data: '{ "n": 1e400 }' });
  await arrived('/once-more', 1);
  await ended('once-more', 'delivered', 1);
  await sluice.feed.update(webhook.id, { endpoint: sluice.receiver.url('/moved') });
  const id = idAt('/once-more');
  await done(await created({ kind: 'resend', deliveryId: id }), { total: 1, done: 1, inserted: 1 });
  const [again] = await arrived('/moved', 1);
  expect([again!.headers['webhook-id'], again!.body.toString()]).toEqual([id, '{ "n": 1e400 }']);
  await ended('once-more', 'delivered', 1);
  expect(await delivery(id)).toMatchObject({
    state: 'delivered',
    event: { source: '/feeds/1', id: 'first', type: 'once' },
    attempts: [{ number: 1 }, { number: 2 }],
  });
  expect(at('/once-more')).toHaveLength(1);
  const foreign = { credential: 'account-2', deliveryId: id };
  expect(await commands().getDelivery(foreign)).toMatchObject({ refusal: { code: 'not_found' } });
});

test('after more than 7 days, and when its body is no longer stored, it gets a fresh run through the schedule', async () => {
  sluice.webhook({ id: 'late', eventType: 'late' });
  sluice.receiver.answer(({ path }) => ({ status: path === '/late' ? 500 : 200 }));
  await sluice.publish({ type: 'late', data: '{"late":true}' });
  await arrived('/late', 1);
  sluice.clock.advance(8 * DAY_MS);
  await ended('late', 'exhausted', 1);
  const pool = openDispatchPool(sluice.database.url);
  const { clock } = sluice;
  await new Retention({ pool, clock, logger: { info() {}, warn() {} } as never }).run();
  await pool.end();
  expect(await sluice.rows("select from dispatch.event_body where day < now() + interval '5 days'")).toEqual([]);
  const before = at('/late').length;
  await done(await created({ kind: 'resend', deliveryId: idAt('/late') }), { inserted: 1 });
  await arrived('/late', before + 1);
  // The first failure of the new run: the next attempt comes after about 5 s, not after what the tenth waited for.
  await until(async () => {
    const [row] = await sluice.rows(
      "select first_attempt = attempt - 1 as is_first, due_at < now() + $1 * interval '1 ms' as soon from dispatch.pending where webhook_id = 'late' and lease is null",
      [clock.shiftMs + 6_500],
    );
    expect(row).toEqual({ is_first: true, soon: true });
  });
  sluice.receiver.answer(() => ({ status: 200 }));
  clock.advance(6_500);
  await ended('late', 'delivered', 1);
  expect(at('/late').at(-1)?.body.toString()).toBe('{"late":true}');
  expect(new Set(at('/late').map(({ headers }) => headers['webhook-id'])).size).toBe(1);
});

test('those of a webhook that failed since a moment are sent again, each once, and no others', async () => {
  for (const id of ['failed-1', 'failed-2', 'failed-3']) sluice.webhook({ id, eventType: 'failed' });
  for (let number = 0; number < 30; number += 1) await sluice.publish({ type: 'failed', id: `failed-${number}` });
  for (const id of ['failed-1', 'failed-2', 'failed-3']) await ended(id, 'delivered', 30);
  const fail = (webhookId: string, state: string, from: number, to: number) =>
    sluice.rows(
      `update dispatch.delivery d set state = $2, reason = 'for the test' from dispatch.event e
       where d.webhook_id = $1 and e.identity = d.identity
         and convert_from(e.type, 'utf8') = 'failed' and substr(convert_from(e.id, 'utf8'), 8)::int between $3 and $4`,
      [webhookId, state, from, to],
    );
  for (const webhookId of ['failed-1', 'failed-2', 'failed-3']) {
    await fail(webhookId, 'exhausted', 0, 9);
    await fail(webhookId, 'cancelled', 10, 14);
  }
  await sluice.rows(
    "update dispatch.delivery set ended_at = ended_at - interval '1 hour' where webhook_id = 'failed-1' and state = 'exhausted' and position % 2 = 0",
  );
  const [old] = await sluice.rows<{ count: number }>(
    "select count(*)::int from dispatch.delivery where webhook_id = 'failed-1' and state = 'exhausted' and ended_at < now() + $1 * interval '1 ms' - interval '30 minutes'",
    [sluice.clock.shiftMs],
  );
  const since = new Date(sluice.clock.nowMs() - 30 * 60_000).toISOString();
  const webhookIds = ['failed-1', 'failed-2'];
  const exhausted = await created({ kind: 'resend', webhookIds, states: ['exhausted'], since });
  const total = 20 - old!.count;
  await done(exhausted, { total, done: total, inserted: total, notPossible: 0 });
  await arrived('/failed-1', 30 + 10 - old!.count);
  await arrived('/failed-2', 40);
  await ended('failed-1', 'delivered', 25 - old!.count);
  await done(await created({ kind: 'resend', webhookIds, states: ['cancelled'], since }), { total: 10, inserted: 10 });
  await ended('failed-2', 'delivered', 30);
  await ended('failed-3', 'delivered', 15);
  expect(at('/failed-3')).toHaveLength(30);
  expect(new Set(at('/failed-2').map(({ headers }) => headers['webhook-id'])).size).toBe(30);
});

test('a delivery that waits for its next attempt makes it now, under its number, and no other one does', async () => {
  sluice.webhook({ id: 'hurried', eventType: 'hurried', retrySchedule: [0, 3_600, 3_600] });
  sluice.receiver.answer(({ path }) => ({ status: path === '/hurried' ? 500 : 200 }));
  await sluice.publish({ type: 'hurried', id: 'asked' });
  await sluice.publish({ type: 'hurried', id: 'other' });
  await arrived('/hurried', 2);
  const ids = [idAt('/hurried', 0), idAt('/hurried', 1)];
  const waits = async (id: string) =>
    expect(await delivery(id)).toMatchObject({ state: 'pending', reason: 'HTTP 500' });
  await until(() => Promise.all(ids.map(waits)).then(() => undefined));
  const foreign: JobRequest = { kind: 'resend', deliveryId: ids[0]! };
  expect((await create(foreign, 'account-2')).ok).toBe(false);
  sluice.receiver.answer(() => ({ status: 200 }));
  await done(await created({ kind: 'resend', deliveryId: ids[0]! }), { total: 0, inserted: 0 });
  await arrived('/hurried', 3);
  await ended('hurried', 'delivered', 1);
  expect(await delivery(ids[0]!)).toMatchObject({ state: 'delivered', attempts: [{ number: 1 }, { number: 2 }] });
  expect(await delivery(ids[1]!)).toMatchObject({ state: 'pending', attempts: [{ number: 1 }] });
});

test('all deliveries of a webhook that wait make their next attempt now, once its endpoint is mended', async () => {
  for (const id of ['mended', 'bystander']) {
    sluice.webhook({ id, eventType: id, retrySchedule: [0, 3_600, 3_600] });
  }
  sluice.receiver.answer(({ path }) => ({ status: path === '/mended' || path === '/bystander' ? 500 : 200 }));
  for (let number = 0; number < 3; number += 1) await sluice.publish({ type: 'mended', id: `mended-${number}` });
  await sluice.publish({ type: 'bystander', id: 'bystander' });
  const waiting = 'select from dispatch.pending where webhook_id = any($1) and attempt = 2 and lease is null';
  await until(async () => expect(await sluice.rows(waiting, [['mended', 'bystander']])).toHaveLength(4));
  const all: JobRequest = { kind: 'try_now', webhookIds: ['mended'] };
  expect(await create(all, 'account-2')).toMatchObject({ refusal: { code: 'not_found', field: 'webhook_ids.0' } });
  sluice.receiver.answer(() => ({ status: 200 }));
  const made = await created(all);
  expect(made).toMatchObject({ webhookIds: ['mended'], total: 3 });
  await done(made, { total: 3, done: 3, inserted: 3 });
  await ended('mended', 'delivered', 3);
  expect(at('/mended')).toHaveLength(6);
  expect(at('/bystander')).toHaveLength(1);
});

test('what can’t be sent again is refused with its field and the cause', async () => {
  const refusal = async (request: JobRequest, by?: string) => {
    const result = await create(request, by);
    return result.ok ? result.value : result.refusal;
  };
  sluice.webhook({ id: 'refusing', eventType: 'refusing' });
  sluice.receiver.answer(() => ({ status: 500 }));
  await sluice.publish({ type: 'refusing' });
  await arrived('/refusing', 1);
  const deliveryId = idAt('/refusing');
  await until(async () => expect(await delivery(deliveryId)).toMatchObject({ state: 'pending', reason: 'HTTP 500' }));
  expect(await refusal({ kind: 'resend', deliveryId }, 'account-2')).toMatchObject({ code: 'not_found' });
  expect(await refusal({ kind: 'resend', deliveryId: 'msg_none' })).toMatchObject({ code: 'not_found' });
  const since = new Date(sluice.clock.nowMs()).toISOString();
  const failed = (...webhookIds: string[]): JobRequest => ({
    ...{ kind: 'resend', webhookIds, states: ['exhausted'], since },
  });
  expect(await refusal(failed('refusing', 'none'))).toMatchObject({ code: 'not_found', field: 'webhook_ids.1' });
  expect(await refusal(failed('refusing'), 'account-2')).toMatchObject({ code: 'not_found', field: 'webhook_ids.0' });
  await sluice.feed.update('refusing', { state: 'disabled' });
  await until(async () => expect(await delivery(deliveryId)).toMatchObject({ state: 'cancelled' }));
  expect(await refusal(failed('refusing'))).toMatchObject({ code: 'conflict', field: 'webhook_ids.0' });
  expect(await refusal({ kind: 'resend', deliveryId })).toMatchObject({ code: 'conflict', field: 'delivery_id' });
  await sluice.feed.delete('refusing');
  expect(await refusal({ kind: 'resend', deliveryId })).toMatchObject({
    ...{ code: 'conflict', message: 'the webhook of the delivery was deleted' },
  });
  sluice.receiver.answer(() => ({ status: 200 }));
});

test('jobs are shown to their account alone, page by page, and cancelled by it alone', async () => {
  sluice.webhook({ id: 'waiting', eventType: 'waiting', state: 'paused' });
  const since = '2026-01-01T00:00:00Z';
  const made = await created({ kind: 'resend', webhookIds: ['waiting'], states: ['exhausted'], since });
  const list = async (by: string, before?: string) => {
    const result = await commands().listJobs({ credential: by, limit: 2, before });
    return result.ok ? result.value : undefined;
  };
  const first = await list(credential);
  expect(first).toMatchObject({ jobs: [{ id: made.id }, {}], more: true });
  const second = await list(credential, first!.jobs[1]!.id);
  expect(second!.jobs.map(({ id }) => id)).not.toContain(first!.jobs[1]!.id);
  expect(await list('account-2')).toEqual({ jobs: [], more: false });
  const foreign = { credential: 'account-2', jobId: made.id };
  expect(await commands().getJob(foreign)).toMatchObject({ refusal: { code: 'not_found' } });
  expect(await commands().cancelJob(foreign)).toMatchObject({ refusal: { code: 'not_found' } });
  expect(await job(made)).toMatchObject({ state: 'running' });
  const mine = { credential, jobId: made.id };
  const cancelled = { state: 'cancelled', endedAt: expect.any(String) };
  expect(await commands().cancelJob(mine)).toMatchObject({ ok: true, value: { ...cancelled, changed: true } });
  expect(await commands().cancelJob(mine)).toMatchObject({ ok: true, value: { ...cancelled, changed: false } });
  const [other] = first!.jobs.slice(1);
  expect(await commands().cancelJob({ credential, jobId: other!.id })).toMatchObject({ refusal: { code: 'conflict' } });
});

test('a webhook’s deliveries are listed by their state, the newest first, and page by page to the last', async () => {
  sluice.webhook({ id: 'listed', eventType: 'listed' });
  for (let number = 0; number < 10; number += 1) await sluice.publish({ type: 'listed', id: `listed-${number}` });
  await ended('listed', 'delivered', 10);
  await sluice.rows(
    "update dispatch.delivery set state = 'exhausted', ended_at = ended_at - interval '1 hour' where webhook_id = 'listed' and position % 2 = 1",
  );
  sluice.receiver.answer(() => ({ status: 503 }));
  await sluice.publish({ type: 'listed', id: 'listed-10' });
  type Question = Omit<
    Parameters<ReturnType<typeof commands>['listDeliveries']>[0],
    'credential' | 'webhookId' | 'limit'
  >;
  const all = async (question: Question = {}, limit = 100) => {
    const found = [];
    for (let { before } = question; ; ) {
      const result = await commands().listDeliveries({ credential, webhookId: 'listed', limit, ...question, before });
      if (!result.ok) throw new Error(result.refusal.message);
      found.push(...result.value.deliveries);
      if (result.value.next === null) return found;
      before = result.value.next;
    }
  };
  await until(async () => expect(await all({ state: 'pending' })).toMatchObject([{ reason: 'HTTP 503' }]));
  const whole = await all();
  expect(whole).toHaveLength(11);
  expect(await all({}, 3)).toEqual(whole);
  expect(whole[0]).toMatchObject({ state: 'pending', endedAt: null, event: { id: 'listed-10' } });
  const moments = whole.slice(1).map(({ endedAt }) => endedAt!);
  expect(moments).toEqual([...moments].sort().reverse());
  const states = ['delivered', 'exhausted', 'cancelled'] as const;
  const byState = await Promise.all(states.map((state) => all({ state }, 2)));
  expect(byState.flat()).toHaveLength(10);
  for (const [index, state] of states.entries())
    expect(byState[index]).toEqual(whole.filter((each) => each.state === state));
  const since = new Date(sluice.clock.nowMs() - 30 * 60_000).toISOString();
  expect(await all({ since })).toEqual(whole.filter(({ state }) => state !== 'exhausted'));
  const foreign = await commands().listDeliveries({ credential: 'account-2', webhookId: 'listed', limit: 10 });
  const absent = await commands().listDeliveries({ credential: 'account-2', webhookId: 'none', limit: 10 });
  expect(foreign).toMatchObject({ refusal: { code: 'not_found', field: 'webhook_id' } });
  expect(foreign).toEqual(absent);
  await sluice.feed.delete('listed');
  expect((await all()).length).toBeGreaterThanOrEqual(10);
  sluice.receiver.answer(() => ({ status: 200 }));
});
