import type { Answer, Arrival } from '@sluice/testing/receiver';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

let sluice: DispatcherUnderTest;
const answers = new Map<string, (arrival: Arrival) => Answer>();

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  sluice.receiver.answer((arrival) => answers.get(arrival.path)?.(arrival) ?? { status: 200 });
  await sluice.start();
});
afterAll(() => sluice.close());

/** A webhook of a type of its own, whose endpoint answers so. */
function endpoint(type: string, answer: (arrival: Arrival) => Answer) {
  const webhook = sluice.webhook({ id: `webhook-${type}`, eventType: type });
  answers.set(`/${webhook.id}`, answer);
  return webhook;
}

const settled = () => vi.waitFor(async () => expect(await sluice.behind()).toBe(0n), { timeout: 15_000, interval: 50 });
const arrivalsAt = (id: string) => sluice.receiver.arrivals.filter(({ path }) => path === `/${id}`);
const pendingOf = (id: string) =>
  sluice.rows<{ attempt: number; due_in: number; lease: string | null }>(
    `select attempt, lease, extract(epoch from due_at - now())::float8 as due_in from dispatch.pending where webhook_id = $1`,
    [id],
  );
const endOf = (id: string) =>
  vi.waitFor(
    async () => {
      const rows = await sluice.rows<{ state: string; reason: string | null }>(
        'select state, reason from dispatch.delivery where webhook_id = $1',
        [id],
      );
      expect(rows).not.toEqual([]);
      return rows;
    },
    { timeout: 15_000, interval: 50 },
  );
const retryOf = (id: string) =>
  vi.waitFor(
    async () => {
      const [row] = await pendingOf(id);
      expect(row).toMatchObject({ attempt: 2, lease: null });
      return row!;
    },
    { timeout: 15_000, interval: 50 },
  );

describe('an endpoint that', () => {
  test('hangs delays nobody else, and the position moves on', async () => {
    const hanging = endpoint('hanging', () => 'hang');
    const good = endpoint('good', () => ({ status: 204 }));
    for (let count = 0; count < 20; count += 1) {
      await sluice.publish({ type: 'hanging' });
      await sluice.publish({ type: 'good' });
    }
    await sluice.receiver.waitFor(20, ({ path }) => path === `/${good.id}`);
    await settled();
    expect(await pendingOf(hanging.id)).toHaveLength(20);
  });

  test('answers 500 is tried again with the same id and bytes when the schedule says so', async () => {
    let fails = true;
    const webhook = endpoint('failing', () => ({ status: fails ? 500 : 200, body: 'a NUL \0 in it' }));
    await sluice.publish({ type: 'failing', data: '{"a":1.0}' });
    const retry = await retryOf(webhook.id);
    expect(retry.due_in).toBeGreaterThan(0);
    expect(retry.due_in).toBeLessThanOrEqual(6);
    expect(arrivalsAt(webhook.id)).toHaveLength(1);
    fails = false;
    sluice.clock.advance(6_000);
    const [first, second] = await sluice.receiver.waitFor(2, ({ path }) => path === `/${webhook.id}`);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.body).toEqual(first?.body);
    expect(await endOf(webhook.id)).toMatchObject([{ state: 'delivered' }]);
    const attempts = await sluice.rows(
      'select number, status, excerpt from dispatch.attempt a join dispatch.delivery d on d.id = a.delivery_id where webhook_id = $1 order by number',
      [webhook.id],
    );
    expect(attempts).toMatchObject([
      { number: 1, status: 500, excerpt: Buffer.from('a NUL \0 in it') },
      { number: 2, status: 200 },
    ]);
  });

  test('asks for time with Retry-After gets it', async () => {
    const seconds = endpoint('retry-seconds', () => ({ status: 503, headers: { 'retry-after': '120' } }));
    await sluice.publish({ type: 'retry-seconds' });
    expect((await retryOf(seconds.id)).due_in).toBeGreaterThan(100);

    const date = endpoint('retry-date', () => ({
      status: 429,
      headers: { 'retry-after': new Date(sluice.clock.nowMs() + 600_000).toUTCString() },
    }));
    await sluice.publish({ type: 'retry-date' });
    expect((await retryOf(date.id)).due_in).toBeGreaterThan(500);
  });

  test('answers 429 gets nothing else either until its time is over', async () => {
    const webhook = endpoint('overloaded', () => ({ status: 429, headers: { 'retry-after': '30' } }));
    await sluice.publish({ type: 'overloaded' });
    await retryOf(webhook.id);
    await sluice.publish({ type: 'overloaded' });
    await sluice.publish({ type: 'good' });
    await settled();
    expect(await pendingOf(webhook.id)).toHaveLength(2);
    expect(arrivalsAt(webhook.id)).toHaveLength(1);
  });

  test('answers 410 is disabled, and what else it would get is cancelled', async () => {
    const webhook = endpoint('gone', () => ({ status: 410 }));
    await sluice.feed.update(webhook.id, { state: 'paused' });
    for (let count = 0; count < 3; count += 1) await sluice.publish({ type: 'gone' });
    await settled();
    await sluice.feed.update(webhook.id, { state: 'enabled' });
    const ends = await vi.waitFor(
      async () => {
        const rows = await endOf(webhook.id);
        expect(rows).toHaveLength(3);
        return rows;
      },
      { timeout: 15_000, interval: 50 },
    );
    expect(sluice.feed.disabled.some((entry) => entry.startsWith(webhook.id))).toBe(true);
    const states = ends.map(({ state }) => state);
    expect(states.filter((state) => state === 'exhausted').length).toBe(arrivalsAt(webhook.id).length);
    expect(states.filter((state) => state === 'cancelled').length).toBe(3 - arrivalsAt(webhook.id).length);
  });

  test('sends a huge answer is read in part, and a 2xx still counts', async () => {
    const webhook = endpoint('huge', () => ({ status: 200, body: Buffer.alloc(8 * 1024 * 1024, 'x') }));
    await sluice.publish({ type: 'huge' });
    expect(await endOf(webhook.id)).toMatchObject([{ state: 'delivered' }]);
    const [attempt] = await sluice.rows<{ excerpt: Buffer }>(
      'select excerpt from dispatch.attempt a join dispatch.delivery d on d.id = a.delivery_id where webhook_id = $1',
      [webhook.id],
    );
    expect(attempt?.excerpt).toHaveLength(1_024);
  });

  test('drips its answer is cut off when 20 s are over', async () => {
    const webhook = endpoint('dripping', () => 'drip');
    await sluice.publish({ type: 'dripping' });
    const parkedUnderWay = async () =>
      expect(await pendingOf(webhook.id)).toMatchObject([{ lease: expect.any(String) }]);
    await vi.waitFor(parkedUnderWay, { timeout: 15_000, interval: 50 });
    sluice.clock.advance(20_000);
    await retryOf(webhook.id);
    const [attempt] = await sluice.rows<{ error: string; status: number }>(
      `select a.error, a.status from dispatch.attempt a join dispatch.pending p on p.id = a.delivery_id where webhook_id = $1`,
      [webhook.id],
    );
    expect(attempt).toEqual({ error: 'timeout', status: 200 });
  });

  test('redirects is not followed', async () => {
    const webhook = endpoint('moved', () => ({ status: 307, headers: { location: '/elsewhere' } }));
    await sluice.publish({ type: 'moved' });
    await retryOf(webhook.id);
    expect(sluice.receiver.arrivals.some(({ path }) => path === '/elsewhere')).toBe(false);
  });

  test.each([
    ['refuses the connection', 'http://127.0.0.1:1/', 'connection refused'],
    ['is at an address that is not allowed', 'http://10.0.0.1/', 'address refused'],
    ['has no address', 'http://nobody.invalid/', 'dns'],
  ])('%s says so', async (what, url, error) => {
    const webhook = sluice.webhook({ eventType: what, endpoint: url });
    await sluice.publish({ type: what });
    await retryOf(webhook.id);
    const [attempt] = await sluice.rows<{ error: string; status: number | null }>(
      `select a.error, a.status from dispatch.attempt a join dispatch.pending p on p.id = a.delivery_id where webhook_id = $1`,
      [webhook.id],
    );
    expect(attempt?.status).toBeNull();
    expect(attempt?.error).toContain(error);
  });
});

describe('a webhook that was deleted', () => {
  test('gets no further attempt once that is answered, and its deliveries end', async () => {
    let fails = true;
    const webhook = endpoint('deleted', () => ({ status: fails ? 500 : 200 }));
    await sluice.publish({ type: 'deleted' });
    await retryOf(webhook.id);
    await sluice.feed.delete(webhook.id);
    fails = false;
    sluice.clock.advance(10_000);
    expect(await endOf(webhook.id)).toEqual([{ state: 'cancelled', reason: 'the webhook was deleted' }]);
    expect(arrivalsAt(webhook.id)).toHaveLength(1);
  });
});

describe('an index that is not current', () => {
  test('starts no attempt, and nothing is lost by it', async () => {
    const webhook = endpoint('stale', () => ({ status: 200 }));
    await sluice.publish({ type: 'stale', id: 'before' });
    await sluice.receiver.waitFor(1, ({ path }) => path === `/${webhook.id}`);
    sluice.feed.away = true;
    sluice.clock.advance(6_000);
    await vi.waitFor(async () => expect(await sluice.service.problems()).not.toEqual([]));
    await sluice.publish({ type: 'stale', id: 'meanwhile' });
    await vi.waitFor(async () => expect(await sluice.behind()).toBe(1n), { timeout: 5_000, interval: 50 });
    expect(arrivalsAt(webhook.id)).toHaveLength(1);
    sluice.feed.away = false;
    await sluice.receiver.waitFor(2, ({ path }) => path === `/${webhook.id}`);
    await settled();
    expect(await sluice.service.problems()).toEqual([]);
  });
});
