/**
 * How long attempts took, in few numbers that can be added up: each bucket is twice as wide as the one before, so an
 * estimate is off by less than a factor of two, whatever the latencies.
 */

/** Upper bounds in milliseconds, inclusive; the last bucket has what is beyond. */
const BOUNDS_MS = Array.from({ length: 15 }, (_, exponent) => 2 ** exponent);

export const BUCKETS = BOUNDS_MS.length + 1;

/** The columns of dispatch.rollup that hold the buckets, in their order. */
export const BUCKET_COLUMNS: readonly string[] = [...BOUNDS_MS.map((bound) => `ms_${bound}`), 'ms_beyond'];

/** An attempt is over by then: the longest deadline. */
const LONGEST_MS = 25_000;

/** The bucket of an attempt that took so many milliseconds, from 0. */
export function bucketOf(latencyMs: number): number {
  const index = BOUNDS_MS.findIndex((bound) => latencyMs <= bound);
  return index === -1 ? BOUNDS_MS.length : index;
}

/**
 * The latency in milliseconds that the given share of all attempts did not exceed, as if each bucket's attempts were spread
 * evenly over it; null when there are none.
 *
 * @param share above 0 and at most 1.
 */
export function percentile(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const wanted = share * total;
  let before = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && before + count >= wanted) {
      const from = BOUNDS_MS[bucket - 1] ?? 0;
      const to = BOUNDS_MS[bucket] ?? LONGEST_MS;
      return from + ((to - from) * (wanted - before)) / count;
    }
    before += count;
  }
  return LONGEST_MS;
}
