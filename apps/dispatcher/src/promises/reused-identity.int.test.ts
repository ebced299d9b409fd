import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

let sluice: DispatcherUnderTest;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterAll(() => sluice.close());

const HOUR_MS = 3_600_000;

test('an id that is used again after the time of duplicates, while its first delivery still waits, is delivered too', async () => {
  sluice.receiver.answer(() => ({ status: 500 }));
  const webhook = sluice.webhook({ id: 'webhook-daily', eventType: 'daily' });
  const pending = (count: number) =>
    vi.waitFor(
      async () => {
        const rows = await sluice.rows('select id from dispatch.pending where lease is null');
        expect(rows).toHaveLength(count);
        expect(await sluice.behind()).toBe(0n);
      },
      { timeout: 15_000, interval: 50 },
    );
  await sluice.publish({ type: 'daily', id: 'daily', data: '{"day":1}' });
  await pending(1);
  await sluice.feed.update(webhook.id, { state: 'paused' });
  sluice.clock.advance(25 * HOUR_MS);
  await sluice.publish({ type: 'daily', id: 'daily', data: '{"day":2}' });
  await pending(2);

  const tried = sluice.receiver.arrivals.length;
  sluice.receiver.answer(() => ({ status: 200 }));
  await sluice.feed.update(webhook.id, { state: 'enabled' });
  await sluice.receiver.waitFor(tried + 2);
  const arrived = sluice.receiver.arrivals.slice(tried);
  expect(arrived.map(({ body }) => body.toString()).sort()).toEqual(['{"day":1}', '{"day":2}']);
  // A receiver that drops what it knows must not take one for the other.
  expect(new Set(arrived.map(({ headers }) => headers['webhook-id'])).size).toBe(2);
});
