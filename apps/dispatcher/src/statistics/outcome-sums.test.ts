import { expect, test } from 'vitest';
import { BUCKETS } from '../health/latency-histogram.js';
import { TimeSlices } from '../waiting/time-slices.js';
import { byTheHour } from './outcome-sums.js';

/** Slices that are always used up, and count how often they were waited for. */
class NoTime extends TimeSlices {
  waits = 0;
  override get over(): boolean {
    return true;
  }
  override next(): Promise<void> {
    this.waits += 1;
    return super.next();
  }
}

test('many hours are counted with room for everything else between any two of them', async () => {
  const counts = { succeeded: 1, failed: 0, delivered: 1, exhausted: 0, cancelled: 0 };
  const hours = Array.from({ length: 100 }, (_, at) => ({
    ...{ hour: new Date(at * 3_600_000), ...counts },
    latencies: Array.from({ length: BUCKETS }, (__, bucket) => (bucket === 3 ? 1 : 0)),
  }));
  const slices = new NoTime();
  const counted = await byTheHour(hours, slices);
  expect(slices.waits).toBe(100);
  expect(counted.total).toMatchObject({ attempts: 100, delivered: 100, successRate: 1 });
  expect(counted.hours.map(({ hour }) => hour)).toEqual(hours.map(({ hour }) => hour.toISOString()));
});
