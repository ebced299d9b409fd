import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

const HOUR_MS = 3_600_000;

let sluice: DispatcherUnderTest;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterAll(() => sluice.close());

type Question = Parameters<typeof sluice.service.commands.statisticsOfWebhooks>[0];

const ask = (webhookIds: string[], more: Partial<Question> = {}) =>
  sluice.service.commands.statisticsOfWebhooks({ credential: 'account-1', webhookIds, from: null, to: null, ...more });

async function asked(webhookIds: string[], more: Partial<Question> = {}) {
  const result = await ask(webhookIds, more);
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
}

test('of many webhooks each has its own counts by the hour, and the moment of its last delivery', async () => {
  const [good, bad, quiet] = ['good', 'bad', 'quiet'].map((id) =>
    sluice.webhook({ id, eventType: id, retrySchedule: [0] }),
  );
  const foreign = sluice.webhook({ id: 'foreign', eventType: 'good', accountId: 'account-2' });
  sluice.receiver.answer(({ path }) => ({ status: path === '/bad' ? 500 : 200 }));
  const ended = (count: number) =>
    vi.waitFor(async () => {
      const rows = await sluice.rows("select id from dispatch.delivery where account_id = 'account-1'");
      expect(rows).toHaveLength(count);
    }, 20_000);
  await sluice.publish({ type: 'good' });
  await sluice.publish({ type: 'bad' });
  await ended(2);
  const firstMs = sluice.clock.nowMs();
  sluice.clock.advance(3 * HOUR_MS);
  await sluice.publish({ type: 'good' });
  await ended(3);

  const ids = [quiet!.id, good!.id, bad!.id];
  const { from, to, webhooks } = await asked([...ids, good!.id, foreign.id, 'nobody']);
  expect(Date.parse(to) - Date.parse(from)).toBe(25 * HOUR_MS);
  expect(webhooks.map(({ webhookId }) => webhookId)).toEqual(ids);
  const [ofQuiet, ofGood, ofBad] = webhooks;
  expect(ofQuiet).toMatchObject({ total: { attempts: 0, successRate: null }, hours: [], lastDeliveryAt: null });
  expect(ofGood).toMatchObject({
    total: {
      attempts: 2,
      succeeded: 2,
      failed: 0,
      delivered: 2,
      successRate: 1,
      latencyMs: { p99: expect.any(Number) },
    },
    hours: [{ delivered: 1 }, { delivered: 1 }],
  });
  expect(ofBad).toMatchObject({
    total: { attempts: 1, failed: 1, exhausted: 1, successRate: 0 },
    hours: [{ failed: 1 }],
  });
  const last = async (id: string) => {
    const found = await sluice.rows<{ at: Date }>(
      'select max(ended_at) as at from dispatch.delivery where webhook_id = $1',
      [id],
    );
    return found[0]?.at.toISOString();
  };
  expect([ofGood?.lastDeliveryAt, ofBad?.lastDeliveryAt]).toEqual([await last('good'), await last('bad')]);

  const early = { from: new Date(firstMs - HOUR_MS).toISOString(), to: new Date(firstMs).toISOString() };
  const { webhooks: before } = await asked(ids, early);
  expect(before.map(({ total }) => total.attempts)).toEqual([0, 1, 1]);
  // When the last delivery was does not hang on the range.
  expect(before[1]?.lastDeliveryAt).toBe(ofGood?.lastDeliveryAt);
});

test('a hundred webhooks are answered for a month at once, fewer for longer', async () => {
  const ids = Array.from({ length: 100 }, (_, number) => `many-${number}`);
  for (const id of ids) sluice.webhook({ id });
  const to = '2026-06-01T00:30:00Z';
  const since = (days: number) => ({ from: new Date(Date.parse(to) - days * 24 * HOUR_MS).toISOString(), to });
  expect(await ask(ids, since(31))).toMatchObject({ ok: true });
  const message = 'from must be at most 31 days before to for 100 webhooks at once';
  expect(await ask(ids, since(32))).toMatchObject({ refusal: { code: 'invalid', field: 'from', message } });
  expect(await ask(ids.slice(0, 34), since(90))).toMatchObject({ ok: true });
  expect(await ask(ids.slice(0, 35), since(90))).toMatchObject({ refusal: { code: 'invalid' } });
});

test('who has none of the webhooks is told that there are none; a range that is none is refused', async () => {
  const { id } = sluice.webhook();
  expect(await ask([id], { credential: 'account-2' })).toMatchObject({
    refusal: { code: 'not_found', field: 'webhook_ids' },
  });
  expect(await ask([])).toMatchObject({ refusal: { code: 'not_found' } });
  const range = { from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' };
  expect(await ask([id], range)).toMatchObject({ refusal: { code: 'invalid', field: 'from' } });
});
