import { expect, test } from 'vitest';
import { median, percentile } from './percentile.js';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

test('a percentile is the value that so many do not exceed, by the nearest rank', () => {
  expect([0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 95, 99, 100]);
  expect(percentile([3, 1, 2], 0.5)).toBe(2);
  expect(percentile([7], 0.99)).toBe(7);
});

test('one slow value in a hundred is beyond the 99th percentile, two are not', () => {
  const quick = Array.from({ length: 98 }, () => 1);
  expect(percentile([...quick, 1, 1_000], 0.99)).toBe(1);
  expect(percentile([...quick, 1_000, 1_000], 0.99)).toBe(1_000);
});

test('nothing was measured: that is no percentile of zero', () => {
  expect(() => percentile([], 0.5)).toThrow('no values');
});

test('the median is the value in the middle, or between the two in the middle', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 2, 4, 100])).toBe(7);
});
