import { expect, test } from 'vitest';
import { BUCKET_COLUMNS, BUCKETS, bucketOf, percentile } from './latency-histogram.js';

const histogramOf = (latencies: readonly number[]): number[] => {
  const counts = new Array<number>(BUCKETS).fill(0);
  for (const latency of latencies) counts[bucketOf(latency)]! += 1;
  return counts;
};

test('each latency falls into the bucket whose column names its upper bound', () => {
  const columns = [0, 0.4, 1, 1.01, 2, 900, 1024, 16_384, 16_385, 90_000].map((ms) => BUCKET_COLUMNS[bucketOf(ms)]);
  expect(columns).toEqual([
    ...['ms_1', 'ms_1', 'ms_1', 'ms_2', 'ms_2', 'ms_1024', 'ms_1024', 'ms_16384', 'ms_beyond', 'ms_beyond'],
  ]);
});

test('a percentile lies within a factor of two of the true one', () => {
  // Some hundreds of latencies between 2 ms and 20 s, the same at each run.
  const latencies = Array.from({ length: 500 }, (_, n) => 2 * 10_000 ** (((n * 7_919) % 500) / 500));
  const sorted = [...latencies].sort((a, b) => a - b);
  for (const share of [0.5, 0.95, 0.99]) {
    const truth = sorted[Math.ceil(share * sorted.length) - 1]!;
    const estimate = percentile(histogramOf(latencies), share)!;
    expect(estimate).toBeGreaterThan(truth / 2);
    expect(estimate).toBeLessThan(truth * 2);
  }
});

test('without attempts there is no percentile', () => {
  expect(percentile(histogramOf([]), 0.5)).toBeNull();
});
