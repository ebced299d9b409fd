import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DispatcherProcess } from '../testing/dispatcher-process.js';
import { DispatcherUnderTest, PARTITIONS } from '../testing/dispatcher-under-test.js';
import { FAILING, QUICK, TwicePublished } from '../testing/twice-published.js';

/** An index may be so old, and a little more. */
const TOO_OLD_MS = 6_000;

let sluice: DispatcherUnderTest;
let goOn: () => void;

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
});
afterEach(async () => {
  goOn();
  await sluice.close();
});

/** From now on the registry takes questions and answers none, until `goOn`. */
function stall(): void {
  sluice.feed.stalled = new Promise<void>((resolve) => {
    goOn = resolve;
  });
}

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 20_000, interval: 20 });
/** Resolves when some time has passed in which the dispatcher did what it does anyway. */
async function leasesRenewed(): Promise<void> {
  const until = () => sluice.rows('select partition, lease_until from dispatch.partition order by partition');
  const before = await until();
  await soon(async () => expect(await until()).not.toEqual(before));
}

const pendingOf = (webhookId: string) =>
  sluice.rows('select attempt, lease from dispatch.pending where webhook_id = $1', [webhookId]);

test('while the registry is silent for too long nothing starts, and afterwards all goes on by itself', async () => {
  const { service } = await sluice.start();
  const [quick, failing, deleted] = [QUICK, FAILING, FAILING].map((manner) => new TwicePublished(sluice, manner));
  const all = new Map([quick!, failing!, deleted!].map((events) => [events.path, events]));
  let answer: () => void = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const underWay = sluice.webhook({ id: 'under-way', eventType: 'under-way' });
  sluice.receiver.answer((arrival) =>
    arrival.path === `/${underWay.id}`
      ? answered.then(() => ({ status: 200 }))
      : (all.get(arrival.path)?.answer(arrival) ?? { status: 200 }),
  );
  for (const events of [failing!, deleted!]) {
    await events.publish();
    await soon(async () =>
      expect(await pendingOf(events.webhook.id)).toEqual(Array(2).fill({ attempt: 2, lease: null })),
    );
  }
  await sluice.publish({ type: 'under-way' });
  await sluice.receiver.waitFor(1, ({ path }) => path === `/${underWay.id}`);

  stall();
  // A short silence stops nothing.
  await quick!.publish(quick!.ids.slice(0, 1));
  await soon(() => expect(quick!.arrivals).toHaveLength(1));
  await soon(async () => expect(await sluice.behind()).toBe(0n));

  sluice.clock.advance(TOO_OLD_MS);
  await soon(async () => expect(await service.problems()).toContainEqual(expect.stringContaining('not current')));
  // The registry answers whoever deletes when the dispatcher's lease is over: from now on nothing may start.
  void sluice.feed.delete(deleted!.webhook.id);
  await quick!.publish(quick!.ids.slice(1));
  await sluice.retriesAreDue();
  answer();
  // What was under way ends, and is recorded.
  const ended = () => sluice.rows('select state from dispatch.delivery where webhook_id = $1', [underWay.id]);
  await soon(async () => expect(await ended()).toEqual([{ state: 'delivered' }]));
  await soon(async () => expect(await sluice.behind()).toBe(1n));
  await leasesRenewed();
  await leasesRenewed();
  for (const events of [failing!, deleted!]) {
    expect(await pendingOf(events.webhook.id)).toEqual(Array(2).fill({ attempt: 2, lease: null }));
  }
  expect([quick!, failing!, deleted!].map(({ arrivals }) => arrivals.length)).toEqual([1, 2, 2]);

  goOn();
  await quick!.settled();
  for (const events of [quick!, failing!]) await events.expectOnce();
  expect(deleted!.arrivals).toHaveLength(2);
  const reasons = await sluice.rows('select state, reason from dispatch.delivery where webhook_id = $1', [
    deleted!.webhook.id,
  ]);
  expect(reasons).toEqual(Array(2).fill({ state: 'cancelled', reason: 'the webhook was deleted' }));
  expect(await service.problems()).toEqual([]);
});

test('a dispatcher whose question is never answered asks again', async () => {
  const dispatcher = await DispatcherProcess.create(sluice.feed, {
    DATABASE_URL: sluice.database.url,
    EVENT_PARTITIONS: String(PARTITIONS),
  });
  try {
    const events = new TwicePublished(sluice, QUICK);
    sluice.receiver.answer((arrival) => events.answer(arrival));
    dispatcher.start();
    await events.publish(events.ids.slice(0, 1));
    await events.settled();
    stall();
    const { asked } = sluice.feed;
    // Again, when it has waited for long enough.
    await soon(() => expect(sluice.feed.asked).toBeGreaterThan(asked));
    await events.publish(events.ids.slice(1));
    await soon(async () => expect(await sluice.behind()).toBe(1n));
    expect(events.arrivals).toHaveLength(1);
    sluice.feed.stalled = Promise.resolve();
    await events.settled();
    await events.expectOnce();
  } finally {
    await dispatcher.close();
  }
});
