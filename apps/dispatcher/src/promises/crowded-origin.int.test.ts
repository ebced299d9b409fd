import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

const SLOTS = 32;
const WEBHOOKS = 40;

let sluice: DispatcherUnderTest;
let good: Receiver;
/** To the origin that hangs, at any moment. */
let mostConnections = 0;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  good = await startReceiver();
  sluice.receiver.answer(() => {
    mostConnections = Math.max(mostConnections, sluice.receiver.connections);
    return 'hang';
  });
  await sluice.start({ limits: { slots: SLOTS, unrecorded: 2 * SLOTS } });
});
afterAll(async () => {
  await sluice.close();
  await good.close();
});

test('many webhooks on one origin that hangs have half of the slots at most, and others are served as before', async () => {
  for (let webhook = 0; webhook < WEBHOOKS; webhook += 1) {
    sluice.webhook({ id: `crowd-${webhook}`, accountId: `account-${webhook}`, eventType: 'any' });
  }
  sluice.webhook({ id: 'good', accountId: 'good', eventType: 'any', endpoint: good.url('/good') });
  const toAll = { type: 'any', audience: { to: 'all' } } as const;
  for (let event = 0; event < 10; event += 1) await sluice.publish({ ...toAll, subject: `${event}` });
  await good.waitFor(10);
  await vi.waitFor(async () => expect(await sluice.behind()).toBe(0n), { timeout: 20_000, interval: 50 });
  for (let event = 0; event < 50; event += 1) await sluice.publish({ ...toAll, subject: `${event}` });
  await good.waitFor(60);
  expect(mostConnections).toBeGreaterThanOrEqual(SLOTS / 4);
  // A few more than half: the end of one that was cut short, to let new webhooks start, is seen a moment later.
  expect(mostConnections).toBeLessThanOrEqual(SLOTS / 2 + SLOTS / 8);
  await vi.waitFor(async () => expect(await sluice.behind()).toBe(0n), { timeout: 20_000, interval: 50 });
  const [pending] = await sluice.rows<{ count: number }>('select count(*)::int from dispatch.pending');
  expect(pending?.count).toBe(60 * WEBHOOKS);
});
