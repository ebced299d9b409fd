import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

const ROUNDS = 6;
const EVENTS = 200;

let sluice: DispatcherUnderTest;
beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  // Answers take a while, so that many attempts are under way at every handover.
  sluice.receiver.answer(() => ({ status: 200, delayMs: 60 }));
});
afterAll(() => sluice.close());

test('dispatchers that come and go hand their partitions over: everything arrives, and nothing twice', async () => {
  sluice.webhook({ id: 'one' });
  sluice.webhook({ id: 'two' });
  let newest = await sluice.start({ instance: 'dispatcher-0' });
  for (let round = 1; round <= ROUNDS; round += 1) {
    const publishing = Promise.all(Array.from({ length: EVENTS }, () => sluice.publish()));
    const before = newest;
    newest = await sluice.start({ instance: `dispatcher-${round}` });
    await publishing;
    await sluice.stop(before);
  }
  const total = ROUNDS * EVENTS * 2;
  await vi.waitFor(
    async () => {
      const [row] = await sluice.rows<{ count: number }>(
        "select count(*)::int from dispatch.delivery where state = 'delivered'",
      );
      expect(row?.count).toBe(total);
    },
    { timeout: 50_000, interval: 100 },
  );
  const ids = sluice.receiver.arrivals.map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(total);
  expect(ids).toHaveLength(total);
  expect(await sluice.behind()).toBe(0n);
});
