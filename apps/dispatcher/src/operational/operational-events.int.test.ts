import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OperationalUnderTest } from '../testing/operational-under-test.js';

let under: OperationalUnderTest;

beforeEach(async () => {
  under = await OperationalUnderTest.create();
  await under.sluice.start();
});
afterEach(() => under.close());

const HOUR_MS = 3_600_000;
const settled = () =>
  vi.waitFor(async () => expect(await under.sluice.behind()).toBe(0n), { timeout: 20_000, interval: 50 });
const publish = async (type: string, count = 1): Promise<void> => {
  for (let n = 0; n < count; n += 1) await under.sluice.publish({ type });
};

test('days of failures: told to be failing once, given up, disabled by all three conditions and none less, told', async () => {
  const { sluice } = under;
  const watchers = {
    failing: under.watcher('webhook.failing'),
    exhausted: under.watcher('delivery.exhausted'),
    disabled: under.watcher('webhook.disabled'),
    recovered: under.watcher('webhook.recovered'),
  };
  const stranger = under.watcher('webhook.failing', { id: 'stranger', accountId: 'account-2' });
  const dead = under.webhook('dead', { status: 500 });
  under.webhook('two-given-up', { status: 500 });
  under.webhook('lucky', { status: 500 });
  await publish('dead', 3);
  await publish('two-given-up', 2);
  await publish('lucky', 3);

  const failing = ['dead', 'two-given-up', 'lucky'];
  await settled();
  await under.attempts(failing, 3);
  await under.streaksWereWatched();
  expect(under.toldTo(watchers.failing)).toEqual([]);
  await under.attempts(failing, 4);
  const toldFailing = await under.told(watchers.failing, 3);
  expect(toldFailing.map(({ webhook_id }) => webhook_id).sort()).toEqual(failing.toSorted());
  expect(toldFailing.find(({ webhook_id }) => webhook_id === 'dead')).toMatchObject({
    event_type: 'dead',
    endpoint: dead.endpoint,
  });
  await under.attempts(failing);
  const exhausted = await under.told(watchers.exhausted, 8);
  expect(exhausted).toHaveLength(8);
  expect(exhausted.find(({ webhook_id }) => webhook_id === 'dead')).toMatchObject({
    delivery_id: expect.stringMatching(/^msg_/),
    event: { source: '/feeds/1', id: expect.stringMatching(/^event-/), type: 'dead' },
    attempts: 10,
    last_error: 'HTTP 500',
    reason: '10 attempts failed',
  });
  under.answer('lucky', { status: 200 });
  await publish('lucky');
  await under.ended('lucky', 'delivered', 1);
  expect(await under.told(watchers.recovered, 1)).toMatchObject([{ webhook_id: 'lucky' }]);

  // Three given up and no success, but it was not five days.
  await under.streaksWereWatched();
  expect(sluice.feed.disabled).toEqual([]);

  const [{ left } = { left: 0 }] = await sluice.rows<{ left: number }>(
    `select (extract(epoch from failing_since + interval '5 days' - now()) * 1000)::float8 as left
     from dispatch.webhook_health where webhook_id = 'dead'`,
  );
  sluice.clock.advance(left - sluice.clock.shiftMs + HOUR_MS);
  await vi.waitFor(() => expect(sluice.feed.disabled).not.toEqual([]), { timeout: 20_000, interval: 50 });
  await under.streaksWereWatched();
  expect(sluice.feed.disabled).toEqual([
    expect.stringMatching(/^dead: no attempt has succeeded since .* 3 deliveries/),
  ]);
  expect(await under.told(watchers.disabled, 1)).toMatchObject([
    { webhook_id: 'dead', reason: expect.stringContaining('3 deliveries were given up') },
  ]);
  expect(under.toldTo(watchers.failing)).toHaveLength(3);
  expect(under.toldTo(watchers.disabled)).toHaveLength(1);
  expect(under.toldTo(watchers.recovered)).toHaveLength(1);
  expect(under.toldTo(stranger)).toEqual([]);
}, 120_000);

test('a 410 is told as the end of the delivery and of the webhook', async () => {
  const exhausted = under.watcher('delivery.exhausted');
  const disabled = under.watcher('webhook.disabled');
  under.webhook('gone', { status: 410 });
  await publish('gone');
  expect(await under.told(exhausted, 1)).toMatchObject([
    { webhook_id: 'gone', attempts: 1, reason: 'gone: the endpoint answered 410' },
  ]);
  expect(await under.told(disabled, 1)).toMatchObject([
    { webhook_id: 'gone', reason: 'the endpoint answered 410 Gone' },
  ]);
});

test('a webhook that was disabled by hand is told once, however many dispatchers hear of it and start anew', async () => {
  const { sluice } = under;
  const other = await sluice.start({ instance: 'dispatcher-2' });
  const disabled = under.watcher('webhook.disabled');
  under.webhook('by-hand', { status: 200 });
  under.webhook('long-ago', { status: 200 }, { state: 'disabled', disabledAt: '2026-01-01T00:00:00Z' });
  await sluice.feed.disableWebhook({ webhookId: 'by-hand', reason: 'by its owner' });
  await under.told(disabled, 1);
  await sluice.stop(other);
  await sluice.start({ instance: 'dispatcher-3' });
  await sluice.feed.disableWebhook({ webhookId: under.webhook('another', { status: 200 }).id, reason: 'as well' });
  expect(await under.told(disabled, 2)).toMatchObject([
    { webhook_id: 'by-hand', reason: 'by its owner' },
    { webhook_id: 'another' },
  ]);
  expect(await under.written('by-hand')).toEqual(['webhook.disabled']);
  expect(await under.written('long-ago')).toEqual([]);
});

test('deliveries of operational events cause none, whatever becomes of them', async () => {
  const { sluice } = under;
  const answers = { 'webhook.failing': 500, 'delivery.exhausted': 500, 'webhook.disabled': 410 } as const;
  const watchers = (Object.keys(answers) as (keyof typeof answers)[]).map((type) => {
    const watcher = under.watcher(type);
    under.answer(watcher.id, { status: answers[type] });
    return watcher.id;
  });
  under.webhook('dead', { status: 500 });
  await publish('dead', 3);
  await settled();
  await under.attempts(['dead']);
  await under.ended('dead', 'exhausted', 3);
  await vi.waitFor(async () => expect(await under.pending(watchers)).toBe(4), { timeout: 20_000 });
  await under.attempts(watchers);
  await under.ended('watcher-of-webhook.failing', 'exhausted', 1);
  await under.ended('watcher-of-delivery.exhausted', 'exhausted', 3);
  await vi.waitFor(() => expect(sluice.feed.disabled.some((entry) => entry.startsWith('dead:'))).toBe(true), {
    timeout: 20_000,
  });
  await under.ended('watcher-of-webhook.disabled', 'exhausted', 1);
  expect(sluice.feed.disabled.some((entry) => entry.startsWith('watcher-of-webhook.disabled: the endpoint'))).toBe(
    true,
  );
  sluice.clock.advance(5 * 24 * HOUR_MS);
  await under.streaksWereWatched();
  // What has three deliveries given up is disabled like any other, and nobody is told.
  await vi.waitFor(
    () => expect(sluice.feed.disabled.some((entry) => entry.startsWith('watcher-of-delivery.exhausted:'))).toBe(true),
    { timeout: 20_000 },
  );
  await under.streaksWereWatched();
  for (const id of watchers) expect([id, await under.written(id)]).toEqual([id, []]);
}, 120_000);

test('a filter looks into the data of operational events as into any other', async () => {
  const filter = '{"webhook_id":"gone-1","event":{"type":"gone-1"},"attempts":{"$lte":1}}';
  const picky = under.watcher('delivery.exhausted', { id: 'picky', filter });
  const other = under.watcher('delivery.exhausted', { id: 'other' });
  const late = under.watcher('delivery.exhausted', { id: 'late', state: 'paused' });
  under.webhook('gone-1', { status: 410 });
  under.webhook('gone-2', { status: 410 });
  await publish('gone-2');
  await under.told(other, 1);
  await publish('gone-1');
  await under.told(other, 2);
  expect(await under.told(picky, 1)).toMatchObject([{ webhook_id: 'gone-1' }]);
  expect(under.toldTo(late)).toEqual([]);
  await under.sluice.feed.update('late', { state: 'enabled' });
  expect(await under.told(late, 2)).toHaveLength(2);
});

test('an operational event has a trail like any other, and arrives signed under headers that say what it is', async () => {
  const watcher = under.watcher('delivery.exhausted');
  under.webhook('gone', { status: 410 });
  await publish('gone');
  await under.told(watcher, 1);
  const [arrival] = under.sluice.receiver.arrivals.filter(({ path }) => path === `/${watcher.id}`);
  expect(arrival?.headers).toMatchObject({
    'content-type': 'application/json',
    'ce-type': 'delivery.exhausted',
    'ce-source': '/webhooks/gone',
    'ce-subject': 'gone',
    'webhook-signature': expect.stringMatching(/^v1,/),
  });
  await under.ended(watcher.id, 'delivered', 1);
  const question = { source: '/webhooks/gone', id: arrival?.headers['ce-id'] as string };
  const trail = await under.sluice.service.commands.eventTrail({ credential: 'account-1', ...question });
  expect(trail).toMatchObject({
    ok: true,
    value: {
      ...{ type: 'delivery.exhausted', matched: 1, partition: -1 },
      deliveries: [{ id: arrival?.headers['webhook-id'], webhookId: watcher.id, state: 'delivered' }],
    },
  });
});
