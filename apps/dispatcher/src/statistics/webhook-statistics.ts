import type { Dispatcher, OutcomeCounts } from '@sluice/contracts/dispatcher-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { Pool } from 'pg';
import { BUCKETS, percentile } from '../health/latency-histogram.js';
import { type HourCounts, readRollups } from './read-rollups.js';

export interface WebhookStatisticsParts {
  pool: Pool;
  clock: Clock;
  registry: Pick<Registry, 'getWebhook'>;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** For so long they are kept (retention.ts). */
const LONGEST_DAYS = 90;

/** The dispatcher's command: how a webhook fared, for its owner alone. */
export const webhookStatisticsCommand =
  ({ pool, clock, registry }: WebhookStatisticsParts): Dispatcher['webhookStatistics'] =>
  async ({ credential, webhookId, ...asked }) => {
    const webhook = await registry.getWebhook({ credential, webhookId });
    if (!webhook.ok) return webhook;
    const range = rangeOf(asked, clock.nowMs());
    if (!range.ok) return range;
    const { fromMs, toMs } = range.value;
    const hours = await readRollups(pool, webhookId, fromMs, toMs);
    return accepted({
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      total: summed(hours),
      hours: hours.map((hour) => ({ hour: hour.hour.toISOString(), ...summed([hour]) })),
    });
  };

/** Whole hours: those that the asked range touches. */
function rangeOf(
  { from, to }: { from: string | null; to: string | null },
  nowMs: number,
): Result<{ fromMs: number; toMs: number }> {
  const untilMs = to === null ? nowMs : Date.parse(to);
  if (Number.isNaN(untilMs)) return refused('invalid', 'to is no moment', 'to');
  const sinceMs = from === null ? untilMs - DAY_MS : Date.parse(from);
  if (Number.isNaN(sinceMs)) return refused('invalid', 'from is no moment', 'from');
  if (sinceMs >= untilMs) return refused('invalid', 'from must be before to, which is now if it is not given', 'from');
  if (untilMs - sinceMs > LONGEST_DAYS * DAY_MS) {
    return refused('invalid', `from must be at most ${LONGEST_DAYS} days before to`, 'from');
  }
  return accepted({
    fromMs: Math.floor(sinceMs / HOUR_MS) * HOUR_MS,
    toMs: Math.ceil(untilMs / HOUR_MS) * HOUR_MS,
  });
}

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
