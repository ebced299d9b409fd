import type { Hour, Latencies } from '../api/answers.js';
import { stretches } from './scale.js';

/** One stretch of time in a chart. */
export interface Place {
  name: string;
  short: string;
  succeeded: number;
  failed: number;
  /** Of the attempts of that time; of several hours the greatest of each percentile, weighed by nothing. */
  latency: Latencies | null;
}

const NAME = new Intl.DateTimeFormat('en', {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const HOUR = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });

export function placesOf(hours: readonly Hour[], from: string, to: string, lengthHours: number): Place[] {
  return stretches(hours, from, to, lengthHours).map(({ at, items }) => ({
    name: NAME.format(at),
    short: (lengthHours < 6 ? HOUR : DAY).format(at),
    succeeded: items.reduce((sum, { succeeded }) => sum + succeeded, 0),
    failed: items.reduce((sum, { failed }) => sum + failed, 0),
    latency: worst(items.flatMap(({ latency_ms }) => latency_ms ?? [])),
  }));
}

const worst = (latencies: Latencies[]): Latencies | null =>
  latencies.length === 0
    ? null
    : {
        p50: Math.max(...latencies.map(({ p50 }) => p50)),
        p95: Math.max(...latencies.map(({ p95 }) => p95)),
        p99: Math.max(...latencies.map(({ p99 }) => p99)),
      };
