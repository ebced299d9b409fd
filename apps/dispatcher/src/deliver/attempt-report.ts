import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Attempt, Delivery } from '../delivery.js';
import type { DispatcherMetrics } from '../dispatcher-metrics.js';
import type { Conclusion } from './conclusion.js';

/** Tells metrics and log of an attempt: one line, loud only when it did not succeed. */
export function reportAttempt(
  { logger, metrics, clock }: { logger: Logger; metrics: DispatcherMetrics; clock: Clock },
  delivery: Delivery,
  attempt: Attempt,
  conclusion: Conclusion,
): void {
  const { event } = delivery;
  const sinceEventMs = clock.nowMs() - Date.parse(event.stamp.acceptedAt);
  metrics.attempted(conclusion, attempt, sinceEventMs);
  const level = conclusion === 'delivered' ? 'debug' : 'info';
  if (!logger.isLevelEnabled(level)) return;
  const { number, status, error, latencyMs } = attempt;
  const { partition, attributes } = event;
  const about = {
    deliveryId: delivery.id,
    webhookId: delivery.webhookId,
    accountId: delivery.accountId,
    type: attributes.type,
    partition,
  };
  logger[level](
    { ...about, attempt: number, conclusion, status, error, latencyMs, sinceEventMs },
    'delivery.attempted',
  );
}
