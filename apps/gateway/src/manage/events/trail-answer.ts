import type { DeliveryTrail, EventTrail } from '@sluice/contracts/dispatcher-commands';
import { attemptAnswer } from '../deliveries/attempt-answer.js';
import type { Trail } from './trail-schema.js';

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
