import { describe, expect, test } from 'vitest';
import { retryAfterMs } from './retry-after.js';

const now = Date.parse('2026-03-01T12:00:00Z');

describe('Retry-After', () => {
  test.each([
    ['120', 120_000],
    ['0', 0],
    [' 7 ', 7_000],
    ['1.5', 1_500],
    ['Sun, 01 Mar 2026 12:01:00 GMT', 60_000],
    ['Sunday, 01-Mar-26 12:01:00 GMT', 60_000],
    ['Sun Mar  1 12:01:00 2026 GMT', 60_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
  ])('reads %s', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected);
  });

  test.each([undefined, '', 'soon', '-5', '1e9', '5 minutes', 'Sun, 99 Foo 2026', '9'.repeat(20)])(
    'makes nothing of %s',
    (header) => {
      expect(retryAfterMs(header, now)).toBeNull();
    },
  );

  test('takes the first of several', () => {
    expect(retryAfterMs(['3', '9'], now)).toBe(3_000);
  });
});
