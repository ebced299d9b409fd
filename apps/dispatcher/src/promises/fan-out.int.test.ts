import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { aWebhook } from '../testing/samples.js';

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

test('several events for 2,000 webhooks each leave the intake open for everybody else', async () => {
  const endpoint = sluice.receiver.url('/some');
  sluice.feed.putAll(
    Array.from({ length: 2_000 }, (_, number) => aWebhook({ id: `some-${number}`, eventType: 'for.some', endpoint })),
  );
  const other = sluice.webhook({ eventType: 'for.one.more' });
  for (let event = 0; event < 20; event += 1) await sluice.publish({ type: 'for.some', subject: `${event}` });
  for (let event = 0; event < 10; event += 1) await sluice.publish({ type: 'for.one.more', subject: `${event}` });
  await sluice.receiver.waitFor(10, ({ path }) => path === `/${other.id}`);
  const [rows] = await sluice.rows<{ count: string }>(
    `select count(*) from (select id from dispatch.pending union select id from dispatch.delivery) as made
     join (select id, webhook_id from dispatch.pending union select id, webhook_id from dispatch.delivery) as of_webhook
       using (id) where webhook_id like 'some-%'`,
  );
  expect(Number(rows?.count)).toBeLessThan(16_000);
});
