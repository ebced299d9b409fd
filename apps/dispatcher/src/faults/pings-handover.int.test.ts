import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LEASE_MS } from '../model/lease.js';
import { DispatcherProcess } from '../testing/dispatcher-process.js';
import { DispatcherUnderTest, PARTITIONS } from '../testing/dispatcher-under-test.js';
import { PingsUnderTest } from '../testing/pings-under-test.js';

let sluice: DispatcherUnderTest;
let pings: PingsUnderTest;

beforeEach(async () => {
  sluice = await DispatcherUnderTest.create();
  pings = new PingsUnderTest(sluice);
});
afterEach(() => sluice.close());

test('dispatchers that run at once send each ping once', async () => {
  await sluice.start({ instance: 'dispatcher-1' });
  await sluice.start({ instance: 'dispatcher-2' });
  const webhooks = Array.from({ length: 100 }, () => pings.webhook());
  await pings.open(...webhooks);
  await sluice.receiver.waitFor(100);
  for (const webhook of webhooks) await pings.over(webhook);
  expect(new Set(sluice.receiver.arrivals.map(({ path }) => path)).size).toBe(100);
  expect(sluice.receiver.arrivals).toHaveLength(100);
});

test('many that hang keep neither other pings nor deliveries', async () => {
  await sluice.start({ limits: { slots: 32, unrecorded: 64 } });
  const good = sluice.webhook({ eventType: 'good', accountId: 'another' });
  const others = Array.from({ length: 10 }, () => pings.webhook(undefined, { accountId: 'another' }));
  await pings.open(...others);
  await sluice.publish({ type: 'good', accountId: 'another' });
  await sluice.receiver.waitFor(11);
  for (const webhook of others) await pings.over(webhook);

  const hanging = Array.from({ length: 60 }, () => pings.webhook(() => 'hang'));
  await pings.open(...hanging);
  await vi.waitFor(() => expect(sluice.receiver.arrivals.length).toBeGreaterThan(11 + 10), { timeout: 20_000 });
  await pings.open(...others);
  for (let event = 0; event < 10; event += 1) await sluice.publish({ type: 'good', accountId: 'another' });
  await sluice.receiver.waitFor(11, ({ path }) => path === `/${good.id}`, 15_000);
  for (const webhook of others) await pings.arrived(2, webhook);
  // None of those that hang is over: what the others got, they got beside them.
  const first = 'select count(*)::int from dispatch.ping where attempt = 1 and webhook_id = any($1)';
  expect(await sluice.rows(first, [hanging.map(({ id }) => id)])).toEqual([{ count: 60 }]);
});

test('one under way is finished and recorded by a dispatcher that is drained', async () => {
  const running = await sluice.start();
  const webhook = pings.webhook(() => ({ status: 200, delayMs: 700 }));
  await pings.open(webhook);
  await pings.arrived(1, webhook);
  await sluice.stop(running);
  expect(await pings.row(webhook)).toBeUndefined();
  expect(await pings.result(webhook)).toMatchObject({ lastNotificationResult: { success: true } });
});

test('one that would take longer than a drain may is let go of, and another dispatcher sends it', async () => {
  let hangs = true;
  const running = await sluice.start({ instance: 'dispatcher-1' });
  const webhook = pings.webhook(() => (hangs ? 'hang' : { status: 200 }));
  await pings.open(webhook);
  await pings.arrived(1, webhook);
  sluice.clock.advance(1_000);
  const stopped = sluice.stop(running);
  // Beyond what a drain waits for, and within the ping's own deadline.
  sluice.clock.advance(20_500);
  await stopped;
  expect(await pings.row(webhook)).toMatchObject({ attempt: 1, lease: null });
  expect(await pings.result(webhook)).toBeUndefined();

  hangs = false;
  await sluice.start({ instance: 'dispatcher-2' });
  sluice.clock.advance(5_000);
  await pings.over(webhook);
  expect(pings.arrivals(webhook)).toHaveLength(2);
});

test('one that died with its dispatcher is sent by another when its lease is over', async () => {
  let hangs = true;
  const webhook = pings.webhook(() => (hangs ? 'hang' : { status: 200 }));
  const killed = await aProcess('dispatcher-1');
  try {
    await pings.open(webhook);
    await pings.arrived(1, webhook);
    await killed.end('SIGKILL');
    hangs = false;
    await sluice.start({ instance: 'dispatcher-2' });
    expect(await pings.row(webhook)).toMatchObject({ lease: expect.stringContaining('dispatcher-1') });
    sluice.clock.advance(LEASE_MS);
    await pings.over(webhook);
    expect(pings.arrivals(webhook)).toHaveLength(2);
  } finally {
    await killed.close();
  }
});

test('one that died with its dispatcher is sent at once when that one is back', async () => {
  let hangs = true;
  const webhook = pings.webhook(() => (hangs ? 'hang' : { status: 200 }));
  const killed = await aProcess('dispatcher-1');
  try {
    await pings.open(webhook);
    await pings.arrived(1, webhook);
    await killed.end('SIGKILL');
    hangs = false;
    await sluice.start({ instance: 'dispatcher-1' });
    await pings.over(webhook);
    expect(pings.arrivals(webhook)).toHaveLength(2);
  } finally {
    await killed.close();
  }
});

async function aProcess(instance: string): Promise<DispatcherProcess> {
  const dispatcher = await DispatcherProcess.create(sluice.feed, {
    DATABASE_URL: sluice.database.url,
    EVENT_PARTITIONS: String(PARTITIONS),
    INSTANCE: instance,
  });
  dispatcher.start();
  return dispatcher;
}
