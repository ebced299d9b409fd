import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pingRetryMs } from './ping-retries.js';

test('a ping is retried 13 times, the waits doubling from 10 s to half a day: about a day in all', () => {
  const waits = Array.from({ length: 13 }, (_, index) => pingRetryMs(index + 1, () => 1 - Number.EPSILON) as number);
  expect(waits.slice(0, 4)).toEqual([10_000, 20_000, 40_000, 80_000]);
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBe(81_910_000);
  expect(pingRetryMs(14, Math.random)).toBeNull();
  expect(pingRetryMs(15, Math.random)).toBeNull();
});

test('the retries of what failed at one moment are spread over half of the wait', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 13 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, random) => {
        const full = 10_000 * 2 ** (attempt - 1);
        const wait = pingRetryMs(attempt, () => random) as number;
        expect(wait).toBeGreaterThanOrEqual(full / 2);
        expect(wait).toBeLessThanOrEqual(full);
        expect(pingRetryMs(attempt, () => 0)).toBe(full / 2);
      },
    ),
  );
});
