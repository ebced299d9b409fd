import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TokenBucket } from './token-bucket.js';

/** Takes what there is. */
function takeAll(bucket: TokenBucket, nowMs: number): number {
  let taken = 0;
  for (; bucket.mayTake(nowMs); taken += 1) bucket.take(nowMs);
  return taken;
}

describe('a token bucket', () => {
  test('begins with one token: what was sent before is not known', () => {
    expect(takeAll(new TokenBucket(20, 0), 0)).toBe(1);
  });

  test('gives evenly, and saves up a second’s worth at most', () => {
    const bucket = new TokenBucket(20, 0);
    takeAll(bucket, 0);
    expect(bucket.mayTake(49)).toBe(false);
    expect(takeAll(bucket, 50)).toBe(1);
    expect(takeAll(bucket, 150)).toBe(2);
    expect(takeAll(bucket, 3_600_000)).toBe(20);
  });

  test('gives one at a time when the rate is below one a second, and loses no part of it', () => {
    const bucket = new TokenBucket(0.1, 0);
    takeAll(bucket, 0);
    expect(takeAll(bucket, 9_999)).toBe(0);
    expect(takeAll(bucket, 10_000)).toBe(1);
    expect(takeAll(bucket, 100_000)).toBe(1);
  });

  test('tells how many may start within a time', () => {
    const bucket = new TokenBucket(20, 0);
    expect(bucket.within(500, 0)).toBe(11);
    takeAll(bucket, 0);
    expect(bucket.within(500, 0)).toBe(10);
    expect(bucket.within(500, 25)).toBe(10);
    expect(new TokenBucket(0.1, 0).within(500, 0)).toBe(1);
  });

  test('keeps what was saved up at another rate as far as it has room', () => {
    const bucket = new TokenBucket(20, 0);
    bucket.changeRate(5, 10_000);
    bucket.changeRate(20, 10_000);
    expect(takeAll(bucket, 10_000)).toBe(5);
    bucket.changeRate(100, 10_000);
    expect(bucket.mayTake(10_000)).toBe(false);
    expect(bucket.mayTake(10_010)).toBe(true);
  });

  test('never gives more than rate × time and one second’s worth, whenever it is asked', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 200, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 50 }),
        (perSecond, waits) => {
          const bucket = new TokenBucket(perSecond, 0);
          const taken: number[] = [];
          let nowMs = 0;
          for (const wait of waits) {
            nowMs += wait;
            for (let count = takeAll(bucket, nowMs); count > 0; count -= 1) taken.push(nowMs);
          }
          for (const from of new Set(taken)) {
            for (const to of new Set(taken)) {
              const inWindow = taken.filter((atMs) => atMs >= from && atMs <= to).length;
              const allowed = ((to - from) / 1_000) * perSecond + Math.max(1, perSecond);
              if (to >= from) expect(inWindow).toBeLessThanOrEqual(allowed + 1e-6);
            }
          }
        },
      ),
    );
  });
});
