import type { Delivery, DeliveryRequest, DeliverySummary } from '@sluice/contracts/delivery-commands';
import { shownBytes } from '../../operations/shown-bytes.js';
import { attemptAnswer } from './attempt-answer.js';
import { attemptError } from './attempt-error.js';
import type { ShownDelivery, WholeDelivery } from './delivery-schemas.js';

/** A delivery without its attempts, in the names of our public API. */
export const summaryAnswer = (delivery: DeliverySummary): ShownDelivery => ({
  id: delivery.id,
  webhook_id: delivery.webhookId,
  event: delivery.event === null ? null : eventAnswer(delivery.event),
  state: delivery.state,
  reason: delivery.reason === null ? null : attemptError(delivery.reason),
  attempts_made: delivery.attemptsMade,
  last_status: delivery.lastStatus,
  next_attempt_at: delivery.nextAttemptAt,
  ended_at: delivery.endedAt,
});

export const deliveryAnswer = (delivery: Delivery): WholeDelivery => ({
  ...summaryAnswer(delivery),
  next: delivery.next,
  request: delivery.request === null ? null : requestAnswer(delivery.request),
  attempts: delivery.attempts.map(attemptAnswer),
});

const eventAnswer = ({ acceptedAt, ...event }: NonNullable<DeliverySummary['event']>) => ({
  ...event,
  accepted_at: acceptedAt,
});

const requestAnswer = ({ url, headers, body }: DeliveryRequest) => ({
  method: 'POST' as const,
  url,
  headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
  ...bodyAnswer(body === null ? null : Buffer.from(body, 'base64')),
});

const bodyAnswer = (body: Buffer | null) => {
  if (body === null) return { body: null, body_encoding: null, body_bytes: null };
  const { text, encoding } = shownBytes(body);
  return { body: text, body_encoding: encoding, body_bytes: body.length };
};
