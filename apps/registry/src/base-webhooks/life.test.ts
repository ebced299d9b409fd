import { expect, test } from 'vitest';
import { ACTIVE_MS, expiryFrom, READABLE_MS, type Stage, stageOf } from './life.js';

const at = new Date('2026-06-01T09:30:00.123Z');
const after = (milliseconds: number) => new Date(at.getTime() + milliseconds);

test.each<[Stage, Partial<Parameters<typeof stageOf>[0]>, number]>([
  ['active', {}, -1],
  ['expired', {}, 0],
  ['expired', { state: 'expired' }, READABLE_MS - 1],
  ['gone', { state: 'expired' }, READABLE_MS],
  ['gone', { state: 'invalid' }, READABLE_MS],
  ['invalid', { state: 'invalid' }, -1],
  ['invalid', { state: 'invalid' }, READABLE_MS - 1],
  ['gone', { deletedAt: at }, -1],
  ['active', { expiresAt: null }, 100 * READABLE_MS],
  ['invalid', { expiresAt: null, state: 'invalid' }, 100 * READABLE_MS],
])('%s: %j, %d ms after its expiry', (stage, webhook, milliseconds) => {
  expect(stageOf({ state: 'enabled', deletedAt: null, expiresAt: at, ...webhook }, after(milliseconds))).toBe(stage);
});

test('a life lasts seven days', () => {
  expect(expiryFrom(at).toISOString()).toBe('2026-06-08T09:30:00.123Z');
  expect(ACTIVE_MS).toBe(READABLE_MS);
});
