import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import { beganAtMs } from '../deliver/began-at.js';
import type { Conclusion } from '../deliver/conclusion.js';
import type { Attempt, Delivery } from '../model/delivery.js';
import type { DispatcherMetrics } from './dispatcher-metrics.js';

/** Tells metrics and log of an attempt: one line, loud only when it did not succeed. */
export function reportAttempt(
  { logger, metrics, clock }: { logger: Logger; metrics: DispatcherMetrics; clock: Clock },
  delivery: Delivery,
  attempt: Attempt,
  conclusion: Conclusion,
): void {
  // The clock of the gateway that accepted the event may be ahead of ours.
  const sinceMs = Math.max(0, clock.nowMs() - beganAtMs(delivery));
  if (delivery.kind === 'ping') metrics.pinged(conclusion, attempt, sinceMs);
  else metrics.attempted(conclusion, attempt, sinceMs);
  const level = conclusion === 'delivered' ? 'debug' : 'info';
  if (!logger.isLevelEnabled(level)) return;
  const { kind, webhookId, accountId } = delivery;
  const { number, status, error, latencyMs } = attempt;
  logger[level](
    {
      kind,
      webhookId,
      accountId,
      attempt: number,
      conclusion,
      status,
      error,
      latencyMs,
      ...subjectOf(delivery, sinceMs),
    },
    'delivery.attempted',
  );
}

function subjectOf(delivery: Delivery, sinceMs: number): object {
  if (delivery.kind === 'ping') return { sinceOpenedMs: sinceMs };
  const { partition, attributes } = delivery.event;
  return { deliveryId: delivery.id, type: attributes.type, partition, sinceEventMs: sinceMs };
}
