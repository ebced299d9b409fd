import type { Delivery, DeliverySummary } from '@sluice/contracts/delivery-commands';
import { attemptAnswer } from '../events/trail-answer.js';

/** A delivery without its attempts, in the names of our public API. */
export const summaryAnswer = (delivery: DeliverySummary): Record<string, unknown> => ({
  id: delivery.id,
  webhook_id: delivery.webhookId,
  event: delivery.event === null ? null : eventAnswer(delivery.event),
  state: delivery.state,
  reason: delivery.reason,
  next_attempt_at: delivery.nextAttemptAt,
  ended_at: delivery.endedAt,
});

export const deliveryAnswer = (delivery: Delivery): Record<string, unknown> => ({
  ...summaryAnswer(delivery),
  attempts: delivery.attempts.map(attemptAnswer),
});

const eventAnswer = ({ acceptedAt, ...event }: NonNullable<DeliverySummary['event']>) => ({
  ...event,
  accepted_at: acceptedAt,
});
