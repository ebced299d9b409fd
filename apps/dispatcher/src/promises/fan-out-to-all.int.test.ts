import { Receiver } from '@sluice/testing/receiver';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherProcess } from '../testing/dispatcher-process.js';
import { DispatcherUnderTest, PARTITIONS } from '../testing/dispatcher-under-test.js';
import { aWebhook } from '../testing/samples.js';

const WEBHOOKS = 100_000;
const MAX_UNRECORDED = 512;
const OK = { status: 200 };

/** Far beyond what it takes. */
const LIMIT_MS = 180_000;

/** Counts what comes for each delivery: of so many, nothing else is kept. */
const times = new Map<string, number>();
let arrivals = 0;
/** While it is not null, answers wait: so the event is still under way for most of its webhooks. */
let held: Promise<void> | null = null;

let many: Receiver;
let sluice: DispatcherUnderTest;
let dispatcher: DispatcherProcess;

beforeAll(async () => {
  many = await Receiver.start({ keepsArrivals: false });
  many.answer(({ headers }) => {
    const id = String(headers['webhook-id']);
    times.set(id, (times.get(id) ?? 0) + 1);
    arrivals += 1;
    return held === null ? OK : held.then(() => OK);
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
});
afterAll(async () => {
  await dispatcher.close();
  await sluice.close();
  await many.close();
});

const arrived = (count: number) =>
  vi.waitFor(() => expect(arrivals).toBeGreaterThanOrEqual(count), { timeout: LIMIT_MS, interval: 20 });

test(
  'an event for 100,000 webhooks delays nobody, and reaches each of them although the dispatcher is killed twice',
  async () => {
    const other = sluice.webhook({ eventType: 'for.one' });
    let others = 0;
    const oneMoreArrives = async (): Promise<void> => {
      await sluice.publish({ type: 'for.one' });
      others += 1;
      await sluice.receiver.waitFor(others, ({ path }) => path === `/${other.id}`, LIMIT_MS);
    };
    await oneMoreArrives();

    await sluice.publish({ type: 'for.all', audience: { to: 'all' } });
    // The first time it is still being expanded.
    for (const kill of [100, WEBHOOKS / 2]) {
      await arrived(kill);
      await dispatcher.end('SIGKILL');
      dispatcher.start();
    }
    let release = () => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    for (let count = 0; count < 10; count += 1) await oneMoreArrives();
    release();
    held = null;

    await vi.waitFor(() => expect(times.size).toBe(WEBHOOKS), { timeout: LIMIT_MS, interval: 100 });
    await vi.waitFor(async () => expect(await sluice.rows('select id from dispatch.pending limit 1')).toEqual([]), {
      timeout: LIMIT_MS,
      interval: 100,
    });
    expect(arrivals - WEBHOOKS).toBeLessThanOrEqual(2 * MAX_UNRECORDED);
  },
  2 * LIMIT_MS,
);
