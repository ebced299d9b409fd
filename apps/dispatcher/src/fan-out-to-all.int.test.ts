import { Receiver } from '@sluice/testing/receiver';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherProcess } from './testing/dispatcher-process.js';
import { DispatcherUnderTest, PARTITIONS } from './testing/dispatcher-under-test.js';
import { aWebhook } from './testing/samples.js';

const WEBHOOKS = 100_000;
const MAX_UNRECORDED = 512;

/** Counts what comes for each delivery: of so many, nothing else is kept. */
const times = new Map<string, number>();
let arrivals = 0;

let many: Receiver;
let sluice: DispatcherUnderTest;
let dispatcher: DispatcherProcess;

beforeAll(async () => {
  many = await Receiver.start({ keepsArrivals: false });
  many.answer(({ headers }) => {
    const id = String(headers['webhook-id']);
    times.set(id, (times.get(id) ?? 0) + 1);
    arrivals += 1;
    return { status: 200 };
  });
  sluice = await DispatcherUnderTest.create();
  sluice.feed.putAll(
    Array.from({ length: WEBHOOKS }, (_, number) =>
      aWebhook({
        id: `webhook-${number}`,
        accountId: `account-${number % 100}`,
        eventType: 'for.all',
        endpoint: many.url('/'),
      }),
    ),
  );
  dispatcher = await DispatcherProcess.create(sluice.feed, {
    DATABASE_URL: sluice.database.url,
    EVENT_PARTITIONS: String(PARTITIONS),
    MAX_UNRECORDED: String(MAX_UNRECORDED),
  });
  dispatcher.start();
}, 60_000);
afterAll(async () => {
  await dispatcher.close();
  await sluice.close();
  await many.close();
});

const arrived = (count: number) =>
  vi.waitFor(() => expect(arrivals).toBeGreaterThanOrEqual(count), { timeout: 60_000, interval: 20 });

test('an event for 100,000 webhooks delays nobody, and reaches each of them although the dispatcher is killed twice', async () => {
  const other = sluice.webhook({ eventType: 'for.one' });
  let others = 0;
  const oneMoreArrives = async (): Promise<void> => {
    await sluice.publish({ type: 'for.one' });
    others += 1;
    await sluice.receiver.waitFor(others, ({ path }) => path === `/${other.id}`, 30_000);
  };
  await oneMoreArrives();

  await sluice.publish({ type: 'for.all', audience: { to: 'all' } });
  for (const kill of [1_000, WEBHOOKS / 2]) {
    await arrived(kill);
    await dispatcher.end('SIGKILL');
    dispatcher.start();
  }
  for (let count = 0; count < 10; count += 1) await oneMoreArrives();
  expect(times.size).toBeLessThan(WEBHOOKS);

  await vi.waitFor(() => expect(times.size).toBe(WEBHOOKS), { timeout: 120_000, interval: 100 });
  await vi.waitFor(async () => expect(await sluice.rows('select id from dispatch.pending limit 1')).toEqual([]), {
    timeout: 60_000,
    interval: 100,
  });
  expect(arrivals - WEBHOOKS).toBeLessThanOrEqual(2 * MAX_UNRECORDED);
}, 300_000);
