import type { DeliveryAttempt } from '@sluice/contracts/delivery-commands';
import type { DeliveryTrail, EventTrail } from '@sluice/contracts/dispatcher-commands';
import type { ShownAttempt } from '../manage/delivery-schemas.js';
import { attemptError } from './attempt-error.js';
import type { Trail } from './event-schemas.js';

/** What became of an event, in the names of our public API. */
export const trailAnswer = (trail: EventTrail): Trail => ({
  source: trail.source,
  id: trail.id,
  type: trail.type,
  accepted_at: trail.acceptedAt,
  partition: trail.partition,
  position: trail.position,
  matched: trail.matched,
  deliveries: trail.deliveries.map(deliveryAnswer),
  payloads: trail.payloads.map(({ webhookId, numbers }) => ({ webhook_id: webhookId, numbers })),
  unmatched: trail.unmatched.map(({ webhookId, reason }) => ({ webhook_id: webhookId, reason })),
  unmatched_more: trail.unmatchedMore,
});

const deliveryAnswer = (delivery: DeliveryTrail): Trail['deliveries'][number] => ({
  id: delivery.id,
  webhook_id: delivery.webhookId,
  state: delivery.state,
  next_attempt_at: delivery.nextAttemptAt,
  attempts: delivery.attempts.map(attemptAnswer),
});

export const attemptAnswer = (attempt: DeliveryAttempt): ShownAttempt => ({
  number: attempt.number,
  at: attempt.at,
  status: attempt.status,
  error: attempt.error === null ? null : attemptError(attempt.error),
  latency_ms: Math.round(attempt.latencyMs * 10) / 10,
  response_headers: attempt.responseHeaders && Object.fromEntries(attempt.responseHeaders),
  response_excerpt: attempt.responseExcerpt,
});
