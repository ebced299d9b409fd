import type { DeliverySummary } from '@sluice/contracts/delivery-commands';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

const HOUR_MS = 3_600_000;

let sluice: DispatcherUnderTest;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterAll(() => sluice.close());

const commands = () => sluice.service.commands;
type Question = Omit<Parameters<ReturnType<typeof commands>['listDeliveries']>[0], 'credential' | 'limit'>;

/** All pages of that size, as one list. */
async function listed(question: Question, credential = 'account-1', limit = 2): Promise<DeliverySummary[]> {
  const all: DeliverySummary[] = [];
  for (let { before } = question, pages = 0; pages < 50; pages += 1) {
    const result = await commands().listDeliveries({ credential, ...question, before, limit });
    if (!result.ok) throw new Error(result.refusal.message);
    all.push(...result.value.deliveries);
    if (result.value.next === null) return all;
    before = result.value.next;
  }
  throw new Error('the pages do not end');
}

const idsOf = (deliveries: readonly DeliverySummary[]) => deliveries.map(({ event }) => event?.id);
const until = (isTrue: () => Promise<void>) => vi.waitFor(isTrue, { timeout: 30_000, interval: 50 });
const settled = () => until(async () => expect(await sluice.behind()).toBe(0n));

test("an account's deliveries are one list over webhooks and hours, those that were deleted included", async () => {
  const [credential, type] = ['lists', 'listed'];
  const mine = { accountId: credential, eventType: type };
  const webhooks = ['a', 'b', 'c'].map((id) => sluice.webhook({ ...mine, id: `lists-${id}`, retrySchedule: [0] }));
  sluice.webhook({ id: 'lists-foreign', accountId: 'another', eventType: type });
  const failing = new Set<string>();
  sluice.receiver.answer(({ path }) => ({ status: failing.has(path) ? 500 : 200 }));
  const event = { type, accountId: credential };
  const ended = (count: number) =>
    until(async () => {
      const where = "select id from dispatch.delivery where account_id = 'lists'";
      expect(await sluice.rows(where)).toHaveLength(count);
    });
  await sluice.publish({ ...event, id: 'early' });
  await sluice.publish({ ...event, id: 'foreign', accountId: 'another' });
  await ended(3);
  sluice.clock.advance(5 * HOUR_MS);
  failing.add('/lists-b');
  await sluice.publish({ ...event, id: 'late' });
  await ended(6);
  await sluice.feed.delete(webhooks[2]!.id);
  sluice.clock.advance(2 * HOUR_MS);
  await sluice.feed.update(webhooks[0]!.id, { state: 'paused' });
  await sluice.publish({ ...event, id: 'kept' });
  await ended(7);
  await settled();
  await until(async () => expect(await listed({ state: 'pending' }, credential)).toHaveLength(1));

  const all = await listed({}, credential);
  expect(idsOf(all).slice(0, 2)).toEqual(['kept', 'kept']);
  expect(idsOf(all).slice(2)).toEqual(['late', 'late', 'late', 'early', 'early', 'early']);
  expect(new Set(all.map(({ id }) => id)).size).toBe(8);
  expect(await listed({}, credential, 100)).toEqual(all);
  const exhausted = await listed({ state: 'exhausted' }, credential, 1);
  expect(exhausted).toMatchObject([
    { webhookId: 'lists-b', event: { id: 'kept' }, attemptsMade: 1, lastStatus: 500 },
    { webhookId: 'lists-b', event: { id: 'late' }, attemptsMade: 1, lastStatus: 500 },
  ]);
  expect(idsOf(await listed({ state: 'pending' }, credential))).toEqual(['kept']);
  const [from, to] = [1, 6].map((hours) => new Date(sluice.clock.nowMs() - hours * HOUR_MS).toISOString());
  expect(idsOf(await listed({ since: to, until: from }, credential))).toEqual(['late', 'late', 'late']);
  expect(idsOf(await listed({ webhookId: 'lists-b', until: from }, credential))).toEqual(['late', 'early']);
  expect(await listed({}, 'nobody')).toEqual([]);
});

test('deliveries and trails are found by the id of their event alone, for who published it and whom it was for', async () => {
  const type = 'looked.up';
  for (const accountId of ['looks', 'looks-too']) sluice.webhook({ id: `of-${accountId}`, accountId, eventType: type });
  sluice.webhook({ id: 'of-looks-2', accountId: 'looks', eventType: type, filter: '{"n":2}' });
  const event = { id: 'same/ü', type, accountId: 'looks', data: '{"n":1}' };
  await sluice.publish({ ...event, source: '/one' });
  await sluice.publish({ ...event, source: '/two' });
  await sluice.publish({ ...event, source: '/three', audience: { to: 'account', accountId: 'looks-too' } });
  await sluice.publish({ ...event, source: '/all', accountId: 'platform', audience: { to: 'all' } });
  await sluice.publish({ ...event, source: '/foreign', accountId: 'platform' });
  const found = async (credential: string, question: Question = {}) => {
    const deliveries = await listed({ eventId: event.id, ...question }, credential);
    return deliveries.map(({ webhookId, event }) => `${webhookId} ${event?.source}`).sort();
  };
  await until(async () => expect(await found('looks')).toEqual(['of-looks /all', 'of-looks /one', 'of-looks /two']));
  await until(async () => expect(await found('looks-too')).toEqual(['of-looks-too /all', 'of-looks-too /three']));
  expect(await found('looks', { webhookId: 'of-looks', state: 'delivered' })).toHaveLength(3);
  expect(await found('looks', { webhookId: 'of-looks-2' })).toEqual([]);
  expect(await found('looks', { eventId: 'same' })).toEqual([]);
  expect(await found('looks', { webhookId: 'of-looks-too' }).catch(({ message }) => message)).toBe(
    'there is no such webhook',
  );

  const trails = async (credential: string) => {
    const result = await commands().eventTrails({ credential, id: event.id });
    if (!result.ok) throw new Error(result.refusal.message);
    return result.value.events;
  };
  const mine = await trails('looks');
  expect(mine.map(({ source }) => source).sort()).toEqual(['/all', '/one', '/three', '/two']);
  expect(mine.find(({ source }) => source === '/one')).toMatchObject({
    matched: 1,
    deliveries: [{ webhookId: 'of-looks', state: 'delivered', attempts: [{ status: 200, responseHeaders: null }] }],
    unmatched: [{ webhookId: 'of-looks-2', reason: 'n $eq 2: the event has 1' }],
  });
  // How many webhooks of others it matched is not theirs to know.
  expect(mine.find(({ source }) => source === '/all')).toMatchObject({ matched: 1, deliveries: [{}] });
  expect((await trails('looks-too')).map(({ source }) => source).sort()).toEqual(['/all', '/three']);
  expect((await trails('platform')).map(({ source }) => source).sort()).toEqual(['/all', '/foreign']);
});

test('attempts are numbered on after a resend, beside the place in its schedule', async () => {
  const { id } = sluice.webhook({ id: 'again', eventType: 'again', retrySchedule: [0, 3_600] });
  sluice.receiver.answer(({ path }) => ({ status: path === '/again' ? 503 : 200 }));
  await sluice.publish({ type: 'again', id: 'again-1' });
  const shown = async () => {
    const [found] = await listed({ webhookId: id });
    const result = await commands().getDelivery({ credential: 'account-1', deliveryId: found?.id ?? '' });
    if (!result.ok) throw new Error(result.refusal.message);
    return result.value;
  };
  const tried = (attemptsMade: number, state: string) =>
    until(async () => expect(await shown()).toMatchObject({ attemptsMade, state }));
  await tried(1, 'pending');
  await sluice.retriesAreDue();
  await tried(2, 'exhausted');
  const { id: deliveryId } = await shown();
  await commands().createJob({ credential: 'account-1', request: { kind: 'resend', deliveryId } });
  await tried(3, 'pending');
  expect((await shown()).next?.because).toBe(
    "attempt 3 failed (HTTP 503); attempt 4 (2 of 2 since it was sent again by hand) follows by the webhook's schedule, later if the endpoint asked for it",
  );
});

test('a delivery is shown with what is sent, its secrets hidden, and why it is tried next when it is', async () => {
  const headers = [{ name: 'x-static', value: 'very secret' }];
  const { id } = sluice.webhook({ id: 'shown', eventType: 'shown', headers, retrySchedule: [0, 3_600] });
  const answered = { 'set-cookie': 'id=very secret', server: 'of a test' };
  sluice.receiver.answer(({ path }) => (path === '/shown' ? { status: 503, headers: answered } : { status: 200 }));
  await sluice.publish({ type: 'shown', id: 'one', data: '{ "n": 1e400 }', subject: 'a' });
  const one = async () => {
    const [found] = await listed({ webhookId: id });
    const result = await commands().getDelivery({ credential: 'account-1', deliveryId: found?.id ?? '' });
    if (!result.ok) throw new Error(result.refusal.message);
    return result.value;
  };
  await until(async () => expect(await one()).toMatchObject({ attemptsMade: 1, nextAttemptAt: expect.any(String) }));
  const shown = await one();
  expect(Buffer.from(shown.request!.body!, 'base64').toString()).toBe('{ "n": 1e400 }');
  const [arrived] = await sluice.receiver.waitFor(1, ({ path }) => path === '/shown');
  const sent = Object.fromEntries(shown.request!.headers.map(({ name, value }) => [name, value]));
  const hidden = ['x-static', 'webhook-timestamp', 'webhook-signature'];
  for (const [name, value] of Object.entries(sent)) {
    expect([name, value]).toEqual([name, hidden.includes(name) ? '•••' : arrived!.headers[name]]);
  }
  expect(Object.keys(sent)).toEqual(expect.arrayContaining([...hidden, 'ce-subject', 'webhook-id']));
  expect(Object.fromEntries(shown.attempts[0]!.responseHeaders!)).toMatchObject({
    'set-cookie': '•••',
    server: 'of a test',
  });
  expect(JSON.stringify(shown)).not.toContain('very secret');
  expect(shown.request?.url).toBe(sluice.receiver.url('/shown'));
  expect(shown.next).toEqual({
    at: shown.nextAttemptAt,
    because:
      "attempt 1 failed (HTTP 503); attempt 2 of 2 follows by the webhook's schedule, later if the endpoint asked for it",
  });
  await sluice.feed.update(id, { state: 'paused' });
  expect((await one()).next).toEqual({ at: null, because: expect.stringContaining('paused') });
  await sluice.feed.update(id, { state: 'disabled' });
  expect((await one()).next).toEqual({ at: null, because: expect.stringContaining('will be cancelled') });
  await sluice.retriesAreDue();
  await until(async () => expect(await one()).toMatchObject({ state: 'cancelled', next: null }));
  await sluice.feed.delete(id);
  expect((await one()).request).toMatchObject({ url: null, body: shown.request!.body });
});
