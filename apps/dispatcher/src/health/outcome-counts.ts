import type { Attempt, Verdict } from '../model/delivery.js';
import { BUCKETS, bucketOf } from './latency-histogram.js';

/** One outcome as far as this transaction really wrote it: what was there before was counted before. */
export interface WrittenOutcome {
  webhookId: string;
  accountId: string;
  /** Null when there was none, or it had been recorded already. */
  attempt: Attempt | null;
  verdict: Verdict;
  /** The delivery's end was recorded now. */
  ended: boolean;
  /** Whether it says something of how the webhook fares, which decides whether it is disabled: not if nothing was tried. */
  ofStreak: boolean;
}

/** What one transaction adds to what is known of one webhook. */
export interface OutcomeCounts {
  webhookId: string;
  accountId: string;
  succeeded: number;
  failed: number;
  delivered: number;
  exhausted: number;
  cancelled: number;
  /** Of all attempts: see latency-histogram.ts. */
  latencies: number[];
  streak: StreakStep;
}

/** What happened to a webhook's streak of failures: it may have ended, and another one begun since. */
interface StreakStep {
  broken: boolean;
  /** Failed attempts since then, and deliveries that were given up when their last one had failed. */
  failures: number;
  exhausted: number;
}

/** Adds outcomes up by webhook, in the order in which they were handed in. */
export function countOutcomes(outcomes: readonly WrittenOutcome[]): OutcomeCounts[] {
  const all = new Map<string, OutcomeCounts>();
  for (const outcome of outcomes) {
    if (outcome.attempt === null && !outcome.ended) continue;
    const counts = all.get(outcome.webhookId) ?? noCounts(outcome);
    all.set(outcome.webhookId, counts);
    count(counts, outcome);
  }
  return [...all.values()];
}

const noCounts = ({ webhookId, accountId }: WrittenOutcome): OutcomeCounts => ({
  webhookId,
  accountId,
  succeeded: 0,
  failed: 0,
  delivered: 0,
  exhausted: 0,
  cancelled: 0,
  latencies: new Array<number>(BUCKETS).fill(0),
  streak: { broken: false, failures: 0, exhausted: 0 },
});

function count(counts: OutcomeCounts, { attempt, verdict, ended, ofStreak }: WrittenOutcome): void {
  if (ended && verdict.state !== 'pending') counts[verdict.state] += 1;
  if (ended && verdict.state === 'exhausted' && ofStreak) counts.streak.exhausted += 1;
  if (attempt === null) return;
  counts.latencies[bucketOf(attempt.latencyMs)]! += 1;
  const succeeded = verdict.state === 'delivered';
  if (succeeded) counts.succeeded += 1;
  else counts.failed += 1;
  if (!ofStreak) return;
  if (succeeded) counts.streak = { broken: true, failures: 0, exhausted: 0 };
  else counts.streak.failures += 1;
}
