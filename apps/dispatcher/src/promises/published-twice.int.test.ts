import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let sluice: DispatcherUnderTest;
let tests = 0;
let type: string;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterAll(() => sluice.close());

beforeEach(() => {
  tests += 1;
  type = `type-${tests}`;
  for (const accountId of ['account-1', 'account-2'])
    sluice.webhook({ id: `${type}-${accountId}`, eventType: type, accountId });
});

/** Resolves when nothing is left to be done. */
const settled = () =>
  vi.waitFor(
    async () => {
      expect(await sluice.behind()).toBe(0n);
      expect(await sluice.rows('select id from dispatch.pending')).toEqual([]);
    },
    { timeout: 15_000, interval: 50 },
  );

const arrivals = (accountId = 'account-1') =>
  sluice.receiver.arrivals.filter(({ path }) => path === `/${type}-${accountId}`);
const bodies = (accountId?: string) => arrivals(accountId).map(({ body }) => body.toString());
const ids = () => new Set(arrivals().map(({ headers }) => headers['webhook-id']));

/** The first copy, and a later one; they can be told apart. */
const copies = () => [
  { type, id: type, data: '{"copy":1}' },
  { type, id: type, data: '{"copy":2}' },
];

describe('an event that is published twice is delivered once', () => {
  test('in one batch', async () => {
    await sluice.publishTogether(copies());
    await settled();
    expect(bodies()).toEqual(['{"copy":1}']);
  });

  test('in two batches, the first of which is delivered', async () => {
    for (const copy of copies()) {
      await sluice.publish(copy);
      await settled();
    }
    expect(bodies()).toEqual(['{"copy":1}']);
  });

  test('in two batches, while the first delivery is under way', async () => {
    sluice.receiver.answer(() => ({ status: 200, delayMs: 300 }));
    const [first, second] = copies();
    await sluice.publish(first);
    await sluice.receiver.waitFor(1, ({ path }) => path.startsWith(`/${type}`));
    await sluice.publish(second);
    await settled();
    sluice.receiver.answer(() => ({ status: 200 }));
    expect(bodies()).toEqual(['{"copy":1}']);
  });

  test('while the first delivery waits for a retry', async () => {
    sluice.receiver.answer(() => ({ status: 500 }));
    const [first, second] = copies();
    await sluice.publish(first);
    const waits = () => sluice.rows('select id from dispatch.pending where lease is null');
    await vi.waitFor(async () => expect(await waits()).toHaveLength(1), { timeout: 10_000, interval: 50 });
    sluice.receiver.answer(() => ({ status: 200 }));
    await sluice.publish(second);
    await vi.waitFor(async () => expect(await sluice.behind()).toBe(0n), { timeout: 10_000, interval: 50 });
    expect(bodies()).toEqual(['{"copy":1}']);
    await sluice.retriesAreDue();
    await settled();
    expect(bodies()).toEqual(['{"copy":1}', '{"copy":1}']);
    expect(ids().size).toBe(1);
  });

  test('by many at once', async () => {
    await Promise.all(Array.from({ length: 50 }, () => sluice.publish({ type, id: type })));
    await settled();
    expect(arrivals()).toHaveLength(1);
  });

  test('by gateways whose clocks differ, also about midnight', async () => {
    const midnight = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    for (const minutes of [1, -6, 8]) {
      await sluice.publish({ type, id: type, acceptedAtMs: midnight + minutes * MINUTE_MS });
      await settled();
    }
    expect(arrivals()).toHaveLength(1);
  });

  test('just within 24 hours; after that its id names another event', async () => {
    const beganMs = Date.now() - 2 * DAY_MS;
    const arrived: number[] = [];
    for (const afterMs of [0, DAY_MS, DAY_MS + 1]) {
      await sluice.publish({ type, id: type, acceptedAtMs: beganMs + afterMs });
      await settled();
      arrived.push(arrivals().length);
    }
    expect(arrived).toEqual([1, 1, 2]);
    expect(ids().size).toBe(2);
  });

  test('under other subjects, and so in other partitions, once the first is settled', async () => {
    for (let subject = 0; subject < 16; subject += 1) {
      await sluice.publish({ type, id: type, subject: `${subject}` });
      await settled();
    }
    expect(arrivals()).toHaveLength(1);
  });

  test('at least, and under one id, if its copies are in several partitions at once', async () => {
    const subjects = Array.from({ length: 16 }, (_, subject) => ({ type, id: type, subject: `${subject}` }));
    await sluice.publishTogether(subjects);
    await settled();
    expect([1, 2]).toContain(arrivals().length);
    expect(ids().size).toBe(1);
  });
});

test('the same source and id of two accounts are two events', async () => {
  for (const accountId of ['account-1', 'account-2', 'account-1', 'account-2']) {
    await sluice.publish({ type, id: type, accountId });
    await settled();
  }
  expect([arrivals('account-1').length, arrivals('account-2').length]).toEqual([1, 1]);
  const [mine, theirs] = ['account-1', 'account-2'].map((accountId) => arrivals(accountId)[0]?.headers['webhook-id']);
  expect(mine).not.toBe(theirs);
});
