import type { Clock } from '@sluice/service-kit/clock';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LEASE_MS } from '../model/lease.js';
import { ChangingBase } from '../testing/changing-base.js';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { FAILING, QUICK, TwicePublished } from '../testing/twice-published.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A machine's clocks: the wall clock is set by hands and daemons, the monotonic one only ever goes on. */
class MachineClock implements Clock {
  readonly shiftMs = 0;
  wallAheadMs = 0;
  monotonicAheadMs = 0;

  nowMs(): number {
    return Date.now() + this.wallAheadMs;
  }

  monotonicMs(): number {
    return performance.now() + this.monotonicAheadMs;
  }
}

let sluice: DispatcherUnderTest;
const published = new Map<string, TwicePublished>();

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
  sluice.receiver.answer((arrival) => published.get(arrival.path)?.answer(arrival) ?? { status: 200 });
});
afterEach(() => sluice.close());

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

function toBePublished(
  ...args: ConstructorParameters<typeof TwicePublished> extends [unknown, ...infer Rest] ? Rest : never
) {
  const events = new TwicePublished(sluice, ...args);
  published.set(events.path, events);
  return events;
}

describe('the wall clock of a dispatcher', () => {
  test('may differ from others’ by minutes and jump by days: everything arrives once, and in order', async () => {
    const clocks = [new MachineClock(), new MachineClock()];
    for (const [number, clock] of clocks.entries()) {
      clock.wallAheadMs = (number === 0 ? 7 : -7) * MINUTE_MS;
      await sluice.start({ instance: `dispatcher-${number}` }, { clock });
    }
    const quick = toBePublished(QUICK, { events: 60 });
    const ordered = toBePublished(QUICK, { events: 60, ordering: 'subject' });
    const failing = toBePublished(FAILING, { events: 3 });
    const base = new ChangingBase(sluice);
    const list = base.webhook();
    const jumps = [9 * DAY_MS, -9 * DAY_MS, 61 * MINUTE_MS, -61 * MINUTE_MS, 0];
    for (let part = 0; part < jumps.length; part += 1) {
      const { [part]: jump } = jumps;
      clocks[part % 2]!.wallAheadMs = jump!;
      for (const events of [quick, ordered]) await events.publish(events.ids.slice(part * 12, (part + 1) * 12));
      if (part === 0) await failing.publish();
      await base.publish(part);
      await failing.settled();
    }
    for (const events of [quick, ordered, failing]) await events.expectOnce();
    expect(ordered.arrivals.map(({ headers }) => headers['ce-id'])).toEqual(ordered.ids);
    expect((await base.recorded(list.id)).map(({ value }) => value)).toEqual(jumps.map((_, part) => part));
  });

  test.each([9 * DAY_MS, 7 * MINUTE_MS, -9 * DAY_MS])(
    'decides neither when a retry is due nor how long a lease lasts: it is %i ms ahead',
    async (wallAheadMs) => {
      const clock = new MachineClock();
      await sluice.start({}, { clock });
      clock.wallAheadMs = wallAheadMs;
      const failing = sluice.webhook({ id: 'failing', eventType: 'failing' });
      const hanging = sluice.webhook({ id: 'hanging', eventType: 'hanging' });
      sluice.receiver.answer(({ path }) => (path === `/${hanging.id}` ? 'hang' : { status: 500 }));
      for (const type of ['failing', 'hanging']) await sluice.publish({ type });
      const dueIn = (id: string, lease: 'is null' | 'is not null') =>
        soon(async () => {
          const rows = await sluice.rows<{ ms: number }>(
            `select extract(epoch from due_at - now()) * 1000 as ms from dispatch.pending
             where webhook_id = $1 and lease ${lease}`,
            [id],
          );
          expect(rows).toHaveLength(1);
          return Number(rows[0]?.ms);
        });
      const retryMs = await dueIn(failing.id, 'is null');
      expect(retryMs).toBeGreaterThan(0);
      expect(retryMs).toBeLessThanOrEqual(6 * SECOND_MS);
      const leaseMs = await dueIn(hanging.id, 'is not null');
      expect(leaseMs).toBeGreaterThan(LEASE_MS / 2);
      expect(leaseMs).toBeLessThanOrEqual(LEASE_MS);
      clock.monotonicAheadMs += 20 * SECOND_MS;
    },
  );

  test('is what a signature is dated by', async () => {
    const clock = new MachineClock();
    clock.wallAheadMs = -3 * DAY_MS;
    await sluice.start({}, { clock });
    const events = toBePublished(QUICK);
    const beganMs = clock.nowMs();
    await events.publish();
    await events.settled();
    for (const { headers } of events.arrivals) {
      const atMs = Number(headers['webhook-timestamp']) * 1_000;
      expect(atMs).toBeGreaterThanOrEqual(beganMs - SECOND_MS);
      expect(atMs).toBeLessThanOrEqual(clock.nowMs());
    }
  });

  test('that jumps back does not make an index current that is not', async () => {
    const clock = new MachineClock();
    const { service } = await sluice.start({}, { clock });
    const events = toBePublished(QUICK);
    await events.publish(events.ids.slice(0, 1));
    await events.settled();
    sluice.feed.away = true;
    clock.wallAheadMs = -DAY_MS;
    clock.monotonicAheadMs = 6 * SECOND_MS;
    await events.publish(events.ids.slice(1));
    await soon(async () => expect(await service.problems()).toContainEqual(expect.stringContaining('not current')));
    await soon(async () => expect(await sluice.behind()).toBe(1n));
    expect(events.arrivals).toHaveLength(1);
    sluice.feed.away = false;
    await events.settled();
    await events.expectOnce();
  });

  test('that jumps forward stops attempts for no longer than it takes to ask the registry', async () => {
    const clock = new MachineClock();
    const { service } = await sluice.start({}, { clock });
    const events = toBePublished(QUICK);
    for (const id of events.ids) {
      clock.wallAheadMs += DAY_MS;
      await events.publish([id]);
    }
    await events.settled();
    await events.expectOnce();
    expect(await service.problems()).toEqual([]);
  });
});
