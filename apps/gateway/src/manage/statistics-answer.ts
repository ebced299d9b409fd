import { isTimestamp } from '@sluice/cloud-events/attribute-forms';
import type { OutcomeCounts } from '@sluice/contracts/dispatcher-commands';
import { wrongQuery } from './page.js';

/** `from` or `to` of statistics; null when it is not given. @throws {Fault} 400 */
export function optionalTimestamp(path: string, value: unknown): string | null {
  if (value === undefined) return null;
  if (typeof value === 'string' && isTimestamp(value)) return value;
  throw wrongQuery(path, 'must be a timestamp of RFC 3339, 2024-05-17T09:30:00Z for example, percent-encoded');
}

interface Statistics {
  total: OutcomeCounts;
  hours: (OutcomeCounts & { hour: string })[];
}

/** What is counted of one webhook, in the names of our public API. */
export const statisticsAnswer = ({ total, hours }: Statistics) => ({
  total: countsAnswer(total),
  hours: hours.map(({ hour, ...counts }) => ({ hour, ...countsAnswer(counts) })),
});

const countsAnswer = ({ successRate, latencyMs, ...counts }: OutcomeCounts): Record<string, unknown> => ({
  ...counts,
  success_rate: successRate,
  latency_ms: latencyMs,
});
