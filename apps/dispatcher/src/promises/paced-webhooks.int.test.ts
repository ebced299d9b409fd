import type { Answer, Arrival } from '@sluice/testing/receiver';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

let sluice: DispatcherUnderTest;
const answers = new Map<string, (arrival: Arrival) => Answer>();

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  sluice.receiver.answer((arrival) => answers.get(arrival.path)?.(arrival) ?? { status: 200 });
  sluice.webhook({ id: 'clock', eventType: 'nothing' });
  await sluice.start();
});
afterAll(() => sluice.close());

const at = (webhookId: string) => sluice.receiver.arrivals.filter(({ path }) => path === `/${webhookId}`);
const idsOf = (arrivals: readonly Arrival[]) => arrivals.map(({ headers }) => headers['webhook-id'] as string);
const settled = () => vi.waitFor(async () => expect(await sluice.behind()).toBe(0n), { timeout: 20_000, interval: 50 });

/** Events with different subjects, so that both dispatchers get some. */
async function publish(type: string, count: number): Promise<void> {
  for (let event = 0; event < count; event += 1) await sluice.publish({ type, subject: `${event}` });
}

const pendingOf = (webhookId: string) =>
  sluice.rows<{ id: string; attempt: number; accepted_at: Date }>(
    'select id, attempt, accepted_at from dispatch.pending where webhook_id = $1 order by accepted_at, position',
    [webhookId],
  );

/** Moves the clock, and lets the dispatchers know at once that their index is still current. */
async function later(milliseconds: number): Promise<void> {
  sluice.clock.advance(milliseconds);
  await sluice.feed.update('clock', {});
}

/** All of a webhook's deliveries have ended so. */
const allEnd = (webhookId: string, state: string, count: number) =>
  vi.waitFor(
    async () => {
      const ends = await sluice.rows(
        'select state, count(*)::int from dispatch.delivery where webhook_id = $1 group by state',
        [webhookId],
      );
      expect(ends).toEqual([{ state, count }]);
      expect(await pendingOf(webhookId)).toEqual([]);
    },
    { timeout: 60_000, interval: 100 },
  );

/**
 * In how many milliseconds the first of a webhook's rows is due, once none of them is under way; null without rows. A lease that
 * ended because the clock was moved in the middle of a claim holds nobody up.
 */
async function dueIn(webhookId: string): Promise<number | null> {
  return vi.waitFor(
    async () => {
      const [row] = await sluice.rows<{ leased: number; due_in: number | null }>(
        `select count(*) filter (where lease is not null and due_at > now() + $2::float8 * interval '1 millisecond')::int as leased,
           extract(epoch from min(due_at) - now())::float8 * 1000 - $2::float8 as due_in
         from dispatch.pending where webhook_id = $1`,
        [webhookId, sluice.clock.shiftMs],
      );
      expect(row?.leased).toBe(0);
      return row?.due_in ?? null;
    },
    { timeout: 10_000, interval: 20 },
  );
}

describe('a circuit that is open', () => {
  test('hinders nobody else and uses up no attempts; what waited comes back in order of age', async () => {
    let fails = true;
    const failing = sluice.webhook({ id: 'failing', eventType: 'both', concurrency: 1 });
    const good = sluice.webhook({ id: 'good', eventType: 'both' });
    answers.set('/failing', () => ({ status: fails ? 500 : 200 }));
    const events = 100;
    await publish('both', events);
    await sluice.receiver.waitFor(events, ({ path }) => path === `/${good.id}`);
    await settled();
    const waiting = await vi.waitFor(
      async () => {
        const rows = await pendingOf(failing.id);
        expect(rows).toHaveLength(events);
        return rows;
      },
      { timeout: 10_000, interval: 50 },
    );
    const tried = new Set(idsOf(at(failing.id)));
    // Five, and few more that were under way.
    expect(tried.size).toBeGreaterThanOrEqual(5);
    expect(tried.size).toBeLessThan(15);
    for (const { id, attempt } of waiting) expect(attempt).toBe(tried.has(id) ? 2 : 1);

    fails = false;
    const before = at(failing.id).length;
    await later(7_000);
    await allEnd(failing.id, 'delivered', events);
    const arrivals = idsOf(at(failing.id).slice(before));
    expect([...arrivals].sort()).toEqual(waiting.map(({ id }) => id).sort());
    const acceptedAt = new Map(waiting.map(({ id, accepted_at }) => [id, accepted_at.getTime()]));
    const ages = arrivals.flatMap((id) => (tried.has(id) ? [] : [acceptedAt.get(id)]));
    expect(ages).toEqual([...ages].sort());
  });
});

describe('with two dispatchers', () => {
  beforeAll(async () => {
    // By their names each of them gets one of the two partitions.
    await sluice.start({ instance: 'dispatcher-4' });
    await vi.waitFor(
      async () => {
        const owners = await sluice.rows('select distinct owner from dispatch.partition');
        expect(owners).toHaveLength(2);
      },
      { timeout: 30_000, interval: 100 },
    );
  });

  test('a rate limit holds in any window over both, and everything arrives in the end', async () => {
    const [rate, events] = [20, 120];
    const limited = sluice.webhook({ id: 'limited', eventType: 'limited', rateLimit: rate });
    const free = sluice.webhook({ id: 'unlimited', eventType: 'limited' });
    await publish('limited', events);
    await sluice.receiver.waitFor(events, ({ path }) => path === `/${free.id}`);
    await allEnd(limited.id, 'delivered', events);
    expect(new Set(idsOf(at(limited.id))).size).toBe(events);
    expect(at(limited.id)).toHaveLength(events);

    const moments = at(limited.id).map((arrival) => arrival.at);
    for (const [first, from] of moments.entries()) {
      for (const [last, to] of moments.entries()) {
        // A second's worth may have been saved up by each of them, and is no more than that over all.
        if (last >= first) expect(last - first + 1).toBeLessThanOrEqual(((to - from) / 1_000) * rate + rate);
      }
    }
  });
  test('a circuit delays and never cancels: what fails to the end had all its attempts by then', async () => {
    // However they fall to the two, one has more than the five after which its circuit opens.
    const events = 16;
    const webhook = sluice.webhook({ id: 'exhausting', eventType: 'exhausting', retrySchedule: [0, 1, 1, 1] });
    answers.set('/exhausting', () => 'reset');
    await publish('exhausting', events);
    await settled();
    // At each step the longest pause is over: without pauses there would be no more steps than attempts of one delivery.
    let steps = 0;
    for (let next = await dueIn(webhook.id); next !== null; next = await dueIn(webhook.id)) {
      steps += 1;
      const before = at(webhook.id).length;
      await later(Math.max(next, 72_000));
      await sluice.receiver.waitFor(before + 1, ({ path }) => path === `/${webhook.id}`);
    }
    await allEnd(webhook.id, 'exhausted', events);
    expect(steps).toBeGreaterThan(4);
    const attempts = await sluice.rows(
      `select d.reason, count(*)::int from dispatch.attempt a join dispatch.delivery d on d.id = a.delivery_id
       where webhook_id = $1 group by d.id, d.reason`,
      [webhook.id],
    );
    expect(attempts).toEqual(Array.from({ length: events }, () => ({ reason: '4 attempts failed', count: 4 })));
  }, 150_000);
});
