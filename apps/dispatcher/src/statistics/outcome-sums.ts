import type { OutcomeCounts } from '@sluice/contracts/dispatcher-commands';
import { BUCKETS, percentile } from '../health/latency-histogram.js';
import type { TimeSlices } from '../waiting/time-slices.js';
import type { HourCounts } from './read-rollups.js';

/** These hours together. */
function summed(hours: readonly HourCounts[]): OutcomeCounts {
  const sum = (count: (hour: HourCounts) => number): number => hours.reduce((all, hour) => all + count(hour), 0);
  const latencies = Array.from({ length: BUCKETS }, (_, bucket) => sum((hour) => hour.latencies[bucket] ?? 0));
  const succeeded = sum((hour) => hour.succeeded);
  const failed = sum((hour) => hour.failed);
  const attempts = succeeded + failed;
  const latency = (share: number): number => Math.round((percentile(latencies, share) ?? 0) * 10) / 10;
  return {
    attempts,
    succeeded,
    failed,
    delivered: sum((hour) => hour.delivered),
    exhausted: sum((hour) => hour.exhausted),
    cancelled: sum((hour) => hour.cancelled),
    successRate: attempts === 0 ? null : succeeded / attempts,
    latencyMs: attempts === 0 ? null : { p50: latency(0.5), p95: latency(0.95), p99: latency(0.99) },
  };
}

/** Each of these hours, and all together. There may be thousands: deliveries go on between them. */
export async function byTheHour(hours: readonly HourCounts[], slices: TimeSlices) {
  const each: (OutcomeCounts & { hour: string })[] = [];
  for (const hour of hours) {
    if (slices.over) await slices.next();
    each.push({ hour: hour.hour.toISOString(), ...summed([hour]) });
  }
  return { total: summed(hours), hours: each };
}
