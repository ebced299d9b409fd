import { afterAll, beforeAll, expect, test } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

const SLOW = 40;

let sluice: DispatcherUnderTest;
beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  sluice.receiver.answer(({ path }) => (path.startsWith('/slow') ? { status: 200, delayMs: 900 } : { status: 200 }));
  await sluice.start();
});
afterAll(() => sluice.close());

test('a backlog for endpoints that take most of a second does not hold up the intake for others', async () => {
  for (let webhook = 0; webhook < SLOW; webhook += 1) sluice.webhook({ id: `slow-${webhook}`, eventType: 'slow' });
  const good = sluice.webhook({ eventType: 'good', accountId: 'another' });
  const toGood = ({ path }: { path: string }) => path === `/${good.id}`;
  await sluice.publish({ type: 'good', accountId: 'another' });
  await sluice.receiver.waitFor(1, toGood);

  for (let event = 0; event < 60; event += 1) await sluice.publish({ type: 'slow', subject: `${event}` });
  for (let event = 0; event < 20; event += 1) {
    await sluice.publish({ type: 'good', accountId: 'another', subject: `${event}` });
  }
  await sluice.receiver.waitFor(21, toGood);
  const toSlow = sluice.receiver.arrivals.filter((arrival) => !toGood(arrival));
  expect(toSlow.length).toBeLessThan(8 * SLOW);
});
