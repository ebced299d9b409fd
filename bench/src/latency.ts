import { eventually } from '@sluice/testing/stack/built-process';
import { follow } from '@sluice/testing/stack/follow-events';
import type { SluiceClient } from '@sluice/testing/stack/sluice-client';
import type { ReceiverProcess } from './receiver-process.js';

const PER_SECOND = 200;
const SECONDS = 10;
const EVENTS = PER_SECOND * SECONDS;

export interface LatencyResult {
  p50: number;
  p95: number;
  p99: number;
}

/**
 * Open loop: events are published when they are due, whether or not earlier ones have been answered, and each one's time
 * counts from when it was due, so that a stall is charged to everything it delayed. Milliseconds.
 */
export async function measureLatency(client: SluiceClient, receiver: ReceiverProcess): Promise<LatencyResult> {
  await receiver.reset();
  const due: number[] = [];
  const published: Promise<unknown>[] = [];
  const startAt = Date.now() + 100;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      while (due.length < EVENTS && startAt + (due.length * 1_000) / PER_SECOND <= Date.now()) {
        const number = due.length;
        due.push(startAt + (number * 1_000) / PER_SECOND);
        published.push(client.publish({ ...follow(number), id: `latency-${number}` }));
      }
      if (due.length < EVENTS) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
  await Promise.all(published);
  const arrivals = await eventually('every delivery', async () => {
    const report = await receiver.report();
    return Object.keys(report.arrivals).length >= EVENTS && report.arrivals;
  });
  const times = due.map((at, number) => (arrivals[`latency-${number}`] ?? Number.NaN) - at).sort((a, b) => a - b);
  const percentile = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) };
}
