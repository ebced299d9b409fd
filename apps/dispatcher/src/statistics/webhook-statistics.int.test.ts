import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let sluice: DispatcherUnderTest;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterAll(() => sluice.close());

const ask = (webhookId: string, range: { from?: string; to?: string } = {}, credential = 'account-1') =>
  sluice.service.commands.webhookStatistics({ credential, webhookId, from: null, to: null, ...range });
const at = (ms: number): string => new Date(ms).toISOString();

test('adds up what became of attempts and deliveries, by the hour and in all', async () => {
  let fails = true;
  sluice.receiver.answer(() => ({ status: fails ? 500 : 200 }));
  const { id } = sluice.webhook({ eventType: 'counted', retrySchedule: [0, 2 * 3_600] });
  await sluice.publish({ type: 'counted' });
  const ended = async (count: number) =>
    vi.waitFor(async () => expect(await ask(id)).toMatchObject({ value: { total: { delivered: count } } }), 20_000);
  await vi.waitFor(async () => expect(await ask(id)).toMatchObject({ value: { total: { failed: 1 } } }), 20_000);
  fails = false;
  await sluice.publish({ type: 'counted' });
  await ended(1);
  const firstMs = sluice.clock.nowMs();
  sluice.clock.advance(3 * HOUR_MS);
  await ended(2);

  const statistics = await ask(id);
  expect(statistics).toMatchObject({
    ok: true,
    value: {
      total: {
        ...{ attempts: 3, succeeded: 2, failed: 1, delivered: 2, exhausted: 0, cancelled: 0, successRate: 2 / 3 },
        latencyMs: { p50: expect.any(Number), p95: expect.any(Number), p99: expect.any(Number) },
      },
    },
  });
  if (!statistics.ok) return;
  const { from, to, hours } = statistics.value;
  expect(Date.parse(to) - Date.parse(from)).toBe(25 * HOUR_MS);
  expect(hours.at(-1)).toMatchObject({ attempts: 1, delivered: 1, successRate: 1 });
  expect(hours.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(3);

  const early = await ask(id, { from: at(firstMs - 2 * HOUR_MS), to: at(firstMs) });
  expect(early).toMatchObject({ value: { total: { attempts: 2, delivered: 1 } } });
  expect(await ask(id, { from: at(firstMs - DAY_MS), to: at(firstMs - 2 * HOUR_MS) })).toMatchObject({
    value: { total: { attempts: 0, successRate: null, latencyMs: null }, hours: [] },
  });
});

test('estimates from buckets of latencies how long attempts took', async () => {
  const { id } = sluice.webhook();
  const columns = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384];
  const counts = columns.map((bound) => ({ 8: 50, 64: 45, 1024: 5 })[bound] ?? 0);
  await sluice.pool.query(
    `insert into dispatch.rollup
     select (now() at time zone 'utc')::date, date_trunc('hour', now(), 'utc'), $1, 'account-1', 100, 0, 100, 0, 0, ${counts}, 0`,
    [id],
  );
  expect(await ask(id)).toMatchObject({ value: { total: { latencyMs: { p50: 8, p95: 64, p99: 921.6 } } } });
});

test('is for the owner alone', async () => {
  const { id } = sluice.webhook();
  expect(await ask(id)).toMatchObject({ ok: true });
  expect(await ask(id, {}, 'account-2')).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
  expect(await ask('nobody')).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
});

test.each([
  [{ from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' }, 'from'],
  [{ from: '2026-03-01T00:00:00Z', to: '2026-03-01T00:00:00Z' }, 'from'],
  [{ from: '2999-03-01T00:00:00Z' }, 'from'],
  [{ from: '2026-01-01T00:00:00Z', to: '2026-04-02T00:00:00Z' }, 'from'],
  [{ to: '2026-02-30T23:59:60Z' }, 'to'],
])('refuses the range %j', async (range, field) => {
  const { id } = sluice.webhook();
  expect(await ask(id, range)).toMatchObject({ ok: false, refusal: { code: 'invalid', field } });
});

test('takes any range of ninety days, be it at the end of all days', async () => {
  const { id } = sluice.webhook();
  const range = { from: '9999-10-03T00:00:00Z', to: '9999-12-31T23:59:59Z' };
  expect(await ask(id, range)).toMatchObject({ ok: true, value: { hours: [] } });
});
