import { expect, test } from 'vitest';
import { aBaseWebhook, aWebhook } from '../testing/samples.js';
import { IndexedWebhook } from '../webhooks/indexed-webhook.js';
import { consequenceOf, type Streak } from './streak.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const BEGAN_MS = Date.parse('2026-03-01T12:00:00Z');

const aStreak = (streak: Partial<Streak> = {}): Streak => ({
  webhookId: 'webhook-1',
  accountId: 'account-1',
  failingSinceMs: BEGAN_MS,
  lastFailedAtMs: BEGAN_MS + 20 * MINUTE_MS,
  failures: 4,
  exhausted: 0,
  toldSinceMs: null,
  recoveredAtMs: null,
  ...streak,
});

const after = (
  streak: Partial<Streak>,
  {
    webhook = {},
    nowMs = BEGAN_MS + 30 * MINUTE_MS,
  }: { webhook?: Parameters<typeof aWebhook>[0]; nowMs?: number } = {},
) => consequenceOf(aStreak(streak), new IndexedWebhook(aWebhook(webhook)), nowMs);

const typesOf = ({ tell }: ReturnType<typeof consequenceOf>) => tell.map(({ type }) => type);

test('four failed attempts over twenty minutes are told, once', () => {
  const first = after({});
  expect(first).toMatchObject({
    tell: [
      {
        type: 'webhook.failing',
        details: {
          failing_since: '2026-03-01T12:00:00.000Z',
          last_failed_at: '2026-03-01T12:20:00.000Z',
          failed_attempts: 4,
        },
      },
    ],
    row: { toldSinceMs: BEGAN_MS },
    disable: null,
  });
  expect(typesOf(after(first.row!))).toEqual([]);
});

test.each([
  ['three attempts', { failures: 3 }],
  ['less than twenty minutes', { lastFailedAtMs: BEGAN_MS + 20 * MINUTE_MS - 1 }],
])('%s are not told', (_, streak) => {
  expect(after(streak)).toMatchObject({ tell: [], row: { toldSinceMs: null } });
});

test('the first success after it was told is told, and the row goes', () => {
  const recovered = { failingSinceMs: null, failures: 0, toldSinceMs: BEGAN_MS, recoveredAtMs: BEGAN_MS + DAY_MS };
  expect(after(recovered)).toMatchObject({
    tell: [
      {
        type: 'webhook.recovered',
        details: { failing_since: '2026-03-01T12:00:00.000Z', recovered_at: '2026-03-02T12:00:00.000Z' },
      },
    ],
    row: null,
  });
});

test('a success of which nobody was told that it was missing is not told', () => {
  expect(after({ failingSinceMs: null, failures: 0, recoveredAtMs: BEGAN_MS })).toEqual({
    ...{ tell: [], row: null, disable: null },
  });
});

test('the end of a streak that was told is told before the beginning of the next one', () => {
  const both = after({ toldSinceMs: BEGAN_MS - DAY_MS, recoveredAtMs: BEGAN_MS - MINUTE_MS });
  expect(typesOf(both)).toEqual(['webhook.recovered', 'webhook.failing']);
  expect(both.row).toMatchObject({ toldSinceMs: BEGAN_MS, recoveredAtMs: null });
});

const RIPE = { exhausted: 3, lastFailedAtMs: BEGAN_MS + 4 * DAY_MS, toldSinceMs: BEGAN_MS };

test('five days without a success and three deliveries given up disable', () => {
  expect(after(RIPE, { nowMs: BEGAN_MS + 5 * DAY_MS }).disable).toBe(
    'no attempt has succeeded since 2026-03-01T12:00:00.000Z, and 3 deliveries were given up',
  );
});

test.each([
  ['a millisecond less', RIPE, BEGAN_MS + 5 * DAY_MS - 1],
  ['one delivery less', { ...RIPE, exhausted: 2 }, BEGAN_MS + 5 * DAY_MS],
  ['a success since', { ...RIPE, failingSinceMs: null, recoveredAtMs: BEGAN_MS + DAY_MS }, BEGAN_MS + 5 * DAY_MS],
])('%s does not', (_, streak, nowMs) => {
  expect(after(streak, { nowMs }).disable).toBeNull();
});

test('of a webhook that subscribes to operational events nothing is told, and it is disabled all the same', () => {
  const webhook = { eventType: 'webhook.failing' };
  expect(after({}, { webhook })).toMatchObject({ tell: [], row: { toldSinceMs: BEGAN_MS } });
  expect(after(RIPE, { webhook, nowMs: BEGAN_MS + 5 * DAY_MS }).disable).not.toBeNull();
});

test('while it is paused, and when it was enabled again, a webhook begins anew', () => {
  const nowMs = BEGAN_MS + 6 * DAY_MS;
  const paused = after(RIPE, { webhook: { state: 'paused' }, nowMs });
  // Whoever was told that it fails is told when it has recovered.
  expect(paused).toMatchObject({ tell: [], disable: null, row: { failingSinceMs: null, toldSinceMs: BEGAN_MS } });
  expect(after({ ...RIPE, toldSinceMs: null }, { webhook: { state: 'paused' }, nowMs }).row).toBeNull();
  const enabled = after(RIPE, { webhook: { enabledAt: new Date(BEGAN_MS + DAY_MS).toISOString() }, nowMs });
  expect(enabled).toEqual({ tell: [], row: null, disable: null });
  expect(after(RIPE, { webhook: { enabledAt: new Date(BEGAN_MS - 1).toISOString() }, nowMs }).disable).not.toBeNull();
});

test('nothing follows for webhooks that are disabled or gone, nor ever for those of bases', () => {
  const nothing = { tell: [], row: null, disable: null };
  const nowMs = BEGAN_MS + 6 * DAY_MS;
  expect(after(RIPE, { webhook: { state: 'disabled' }, nowMs })).toEqual(nothing);
  expect(consequenceOf(aStreak(RIPE), undefined, nowMs)).toEqual(nothing);
  expect(consequenceOf(aStreak(RIPE), new IndexedWebhook(aBaseWebhook()), nowMs)).toEqual(nothing);
});
