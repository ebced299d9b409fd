import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from './testing/dispatcher-under-test.js';
import { aWebhook } from './testing/samples.js';

const WEBHOOKS = 10_000;

let sluice: DispatcherUnderTest;
beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  const endpoint = sluice.receiver.url('/many');
  sluice.feed.putAll(
    Array.from({ length: WEBHOOKS }, (_, number) =>
      aWebhook({ id: `webhook-${number}`, accountId: `account-${number % 100}`, eventType: 'for.many', endpoint }),
    ),
  );
  await sluice.start();
});
afterAll(() => sluice.close());

test('an event for 10,000 webhooks reaches each of them, and another webhook keeps its pace meanwhile', async () => {
  const other = sluice.webhook({ eventType: 'for.one' });
  const toMany = () => sluice.receiver.arrivals.filter(({ path }) => path === '/many');
  await sluice.publish({ type: 'for.many', audience: { to: 'all' } });
  for (let count = 1; count <= 20; count += 1) {
    await sluice.publish({ type: 'for.one' });
    await sluice.receiver.waitFor(count, ({ path }) => path === `/${other.id}`);
    expect(toMany().length).toBeLessThan(WEBHOOKS);
  }
  await sluice.receiver.waitFor(WEBHOOKS, ({ path }) => path === '/many', 50_000);
  await vi.waitFor(async () => expect(await sluice.rows('select id from dispatch.pending')).toEqual([]), {
    timeout: 10_000,
    interval: 100,
  });
  const ids = new Set(toMany().map(({ headers }) => headers['webhook-id']));
  expect(ids.size).toBe(WEBHOOKS);
  expect(toMany()).toHaveLength(WEBHOOKS);
  const [ended] = await sluice.rows<{ count: string }>(
    "select count(*) from dispatch.delivery where state = 'delivered' and webhook_id <> $1",
    [other.id],
  );
  expect(ended).toEqual({ count: String(WEBHOOKS) });
});
