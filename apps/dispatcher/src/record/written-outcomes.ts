import { exhaustedEvent, mayBeTold, type OperationalEvent } from '../announcements/operational-event.js';
import type { WrittenOutcome } from '../health/outcome-counts.js';
import type { OutcomeFact, PingFact } from './fact.js';
import { failureOf } from './failure.js';
import { attemptKey } from './write-deliveries.js';

/** What a transaction found not to be recorded before: ids of deliveries, and attempts by their keys. */
export interface NewRows {
  ended: ReadonlySet<string>;
  made: ReadonlySet<string>;
}

/** What the facts really added, so that a batch that is written again adds nothing; each attempt and each end once. */
export function writtenOutcomes(
  outcomes: readonly OutcomeFact[],
  { ended, made }: NewRows,
  pings: readonly PingFact[],
): WrittenOutcome[] {
  const ends = new Set(ended);
  const attempts = new Set(made);
  return [
    ...outcomes.map(({ delivery, attempt, verdict }) => ({
      webhookId: delivery.webhookId,
      accountId: delivery.accountId,
      attempt: attempt !== null && attempts.delete(attemptKey({ delivery, attempt })) ? attempt : null,
      verdict,
      ended: verdict.state !== 'pending' && ends.delete(delivery.id),
      ofStreak: attempt !== null || delivery.attempt > (delivery.run?.firstAttempt ?? 1),
    })),
    // Airtable's way with endpoints that fail is its own: their pings end, and nobody is disabled.
    ...pings.map(({ ping, attempt, verdict }) => ({
      webhookId: ping.webhookId,
      accountId: ping.accountId,
      attempt,
      verdict,
      ended: verdict.state !== 'pending',
      ofStreak: false,
    })),
  ];
}

/** What is to be told of the deliveries that were given up now. */
export function exhaustedEvents(outcomes: readonly OutcomeFact[], { ended }: NewRows): OperationalEvent[] {
  return outcomes.flatMap(({ delivery, attempt, verdict }) => {
    if (verdict.state !== 'exhausted' || !ended.has(delivery.id) || !mayBeTold(delivery)) return [];
    const { identity, partition, position, stamp } = delivery.event;
    return exhaustedEvent(delivery, {
      attempts: attempt === null ? delivery.attempt - 1 : attempt.number,
      last_error: failureOf(attempt),
      reason: verdict.reason,
      delivered: { identity, partition, position, acceptedAtMs: Date.parse(stamp.acceptedAt) },
    });
  });
}
