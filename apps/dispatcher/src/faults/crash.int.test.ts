import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DispatcherProcess } from '../testing/dispatcher-process.js';
import { DispatcherUnderTest, PARTITIONS } from '../testing/dispatcher-under-test.js';
import { aWebhook } from '../testing/samples.js';

const MAX_UNRECORDED = 40;
const EVENTS = 1_500;
const MANY = 1_200;

let sluice: DispatcherUnderTest;
let dispatcher: DispatcherProcess;

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
  dispatcher = await DispatcherProcess.create(sluice.feed, {
    DATABASE_URL: sluice.database.url,
    EVENT_PARTITIONS: String(PARTITIONS),
    MAX_UNRECORDED: String(MAX_UNRECORDED),
  });
  sluice.receiver.answer(({ path }) => (path === '/hanging' ? 'hang' : { status: 200 }));
});
afterEach(async () => {
  await dispatcher.close();
  await sluice.close();
});

const settled = () =>
  vi.waitFor(
    async () => {
      expect(await sluice.behind()).toBe(0n);
      const left = "select id from dispatch.pending where webhook_id <> 'hanging'";
      expect(await sluice.rows(left)).toEqual([]);
    },
    { timeout: 40_000, interval: 100 },
  );
const arrivedAt = (path: string) => sluice.receiver.arrivals.filter((arrival) => arrival.path === path);
const idsAt = (path: string) => arrivedAt(path).map(({ headers }) => headers['webhook-id'] as string);

async function publishAll(): Promise<void> {
  for (let from = 0; from < EVENTS; from += 100) {
    await Promise.all(Array.from({ length: 100 }, () => sluice.publish({ type: 'one' })));
    if (from === 300) await sluice.publish({ type: 'many' });
  }
}

test('kill -9 loses nothing, and sends at most MAX_UNRECORDED deliveries again each time', async () => {
  sluice.webhook({ id: 'one', eventType: 'one' });
  sluice.webhook({ id: 'hanging', eventType: 'one' });
  const endpoint = sluice.receiver.url('/many');
  sluice.feed.putAll(
    Array.from({ length: MANY }, (_, number) => aWebhook({ id: `many-${number}`, eventType: 'many', endpoint })),
  );
  dispatcher.start();
  const publishing = publishAll();
  const kills = [150, 700, 1_300];
  for (const arrivals of kills) {
    await sluice.receiver.waitFor(arrivals, ({ path }) => path === '/one');
    await dispatcher.end('SIGKILL');
    dispatcher.start();
  }
  await publishing;
  await sluice.receiver.waitFor(EVENTS, ({ path }) => path === '/one', 60_000);
  await vi.waitFor(() => expect(new Set(idsAt('/one')).size).toBe(EVENTS), { timeout: 60_000, interval: 100 });
  await vi.waitFor(() => expect(new Set(idsAt('/many')).size).toBe(MANY), { timeout: 60_000, interval: 100 });
  await settled();
  const again = idsAt('/one').length - EVENTS + idsAt('/many').length - MANY;
  expect(again).toBeLessThanOrEqual(kills.length * MAX_UNRECORDED);
  const ends = await sluice.rows(
    "select state, count(*)::int from dispatch.delivery where webhook_id <> 'hanging' group by state",
  );
  expect(ends).toEqual([{ state: 'delivered', count: EVENTS + MANY }]);
});

test('SIGTERM ends it within 30 s with nothing to be sent twice, although an endpoint hangs', async () => {
  sluice.webhook({ id: 'one', eventType: 'one' });
  sluice.webhook({ id: 'hanging', eventType: 'one' });
  dispatcher.start();
  const publishing = publishAll();
  await sluice.receiver.waitFor(500, ({ path }) => path === '/one');
  expect(await dispatcher.end('SIGTERM')).toBe(0);
  await publishing;
  dispatcher.start();
  await sluice.receiver.waitFor(EVENTS, ({ path }) => path === '/one', 60_000);
  await settled();
  expect(idsAt('/one').sort()).toEqual([...new Set(idsAt('/one'))].sort());
  expect(idsAt('/one')).toHaveLength(EVENTS);
});

test('SIGTERM ends it in good order although nothing can be recorded', async () => {
  sluice.webhook({ id: 'one', eventType: 'one' });
  dispatcher.start();
  await sluice.publish({ type: 'one' });
  await sluice.receiver.waitFor(1, ({ path }) => path === '/one');
  await settled();
  const locking = await sluice.pool.connect();
  try {
    await locking.query('begin');
    await locking.query('lock table dispatch.delivery in access exclusive mode');
    for (let count = 0; count < 20; count += 1) await sluice.publish({ type: 'one' });
    await sluice.receiver.waitFor(21, ({ path }) => path === '/one');
    expect(await dispatcher.end('SIGTERM')).toBe(0);
  } finally {
    await locking.query('rollback');
    locking.release();
  }
});
