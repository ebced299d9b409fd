import type { OutcomeCounts } from '@sluice/contracts/dispatcher-commands';

interface Statistics {
  total: OutcomeCounts;
  hours: (OutcomeCounts & { hour: string })[];
}

/** What is counted of one webhook, in the names of our public API. */
export const statisticsAnswer = ({ total, hours }: Statistics) => ({
  total: countsAnswer(total),
  hours: hours.map(({ hour, ...counts }) => ({ hour, ...countsAnswer(counts) })),
});

const countsAnswer = ({ successRate, latencyMs, ...counts }: OutcomeCounts) => ({
  ...counts,
  success_rate: successRate,
  latency_ms: latencyMs,
});
