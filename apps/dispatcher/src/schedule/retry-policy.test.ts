import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterFailure, firstWaitMs, LONGEST_RETRY_AFTER_MS } from './retry-policy.js';

const schedule = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400].map((seconds) => seconds * 1_000);
const fresh = { schedule: null, retryAfterMs: null };

describe('the general retry policy', () => {
  test('waits 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h, in the middle of the jitter', () => {
    const waits = schedule.map((_, index) => afterFailure({ ...fresh, attempt: index + 1 }, () => 0.5));
    expect(waits).toEqual(schedule.map((dueInMs) => ({ state: 'pending', dueInMs })));
  });

  test('gives up after the tenth attempt', () => {
    expect(afterFailure({ ...fresh, attempt: 10 }, Math.random).state).toBe('exhausted');
    expect(afterFailure({ ...fresh, attempt: 11 }, Math.random).state).toBe('exhausted');
  });

  test('spreads every wait by at most 20 % to either side', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (attempt, random) => {
          const verdict = afterFailure({ ...fresh, attempt }, () => random);
          const planned = schedule[attempt - 1] ?? 0;
          expect(verdict.state).toBe('pending');
          if (verdict.state !== 'pending') return;
          expect(verdict.dueInMs).toBeGreaterThanOrEqual(Math.floor(planned * 0.8));
          expect(verdict.dueInMs).toBeLessThanOrEqual(Math.ceil(planned * 1.2));
        },
      ),
    );
  });

  test('does not come before Retry-After, which is capped', () => {
    expect(afterFailure({ ...fresh, attempt: 1, retryAfterMs: 60_000 }, () => 0.5)).toEqual({
      state: 'pending',
      dueInMs: 60_000,
    });
    expect(afterFailure({ ...fresh, attempt: 2, retryAfterMs: 1_000 }, () => 0.5)).toEqual({
      state: 'pending',
      dueInMs: 300_000,
    });
    expect(afterFailure({ ...fresh, attempt: 1, retryAfterMs: Number.MAX_SAFE_INTEGER }, () => 0.5)).toEqual({
      state: 'pending',
      dueInMs: LONGEST_RETRY_AFTER_MS,
    });
  });
});

describe("a webhook's own schedule", () => {
  const own = { ...fresh, schedule: [2, 0, 1.5] };

  test('has one attempt for each of its waits', () => {
    const waits = [1, 2].map((attempt) => afterFailure({ ...own, attempt }, () => 0.5));
    expect(waits).toEqual([
      { state: 'pending', dueInMs: 0 },
      { state: 'pending', dueInMs: 1_500 },
    ]);
    for (const attempt of [3, 4]) {
      expect(afterFailure({ ...own, attempt }, () => 0.5)).toEqual({
        state: 'exhausted',
        reason: `${attempt} attempts failed`,
      });
    }
  });

  test('begins with a wait as well, which the general one does not', () => {
    expect([0, 0.5, 1].map((random) => firstWaitMs(own.schedule, () => random))).toEqual([1_600, 2_000, 2_400]);
    expect(firstWaitMs(null, () => 1)).toBe(0);
  });
});
