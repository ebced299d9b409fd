import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readFuture, readPast, readPastOr } from './moments.js';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 2, 10, 12) });
});
afterEach(() => {
  vi.useRealTimers();
});

it('a length of time goes back from now, and ahead where something is to end', () => {
  expect(readPast('1h')).toBe('2026-03-10T11:00:00.000Z');
  expect(readPast('2d')).toBe('2026-03-08T12:00:00.000Z');
  expect(readFuture('7d')).toBe('2026-03-17T12:00:00.000Z');
});

it('a moment goes out as it was typed', () => {
  for (const text of ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.123+02:00']) expect(readPast(text)).toBe(text);
  expect(readPastOr('earliest')('earliest')).toBe('earliest');
});

it.each(['', 'yesterday', '2026-03-01', '2026-03-01T12:00:00', '2026-13-01T00:00:00Z', '9999999w', 'earliest'])(
  'refuses %j',
  (text) => {
    expect(() => readPast(text)).toThrow('like 2026-03-01T12:00:00Z');
  },
);
