import type { DeliveryAttempt } from '@sluice/contracts/delivery-commands';
import { attemptError } from './attempt-error.js';
import type { ShownAttempt } from './delivery-schemas.js';

/** An attempt, in the names of our public API. */
export const attemptAnswer = (attempt: DeliveryAttempt): ShownAttempt => ({
  number: attempt.number,
  at: attempt.at,
  status: attempt.status,
  error: attempt.error === null ? null : attemptError(attempt.error),
  latency_ms: Math.round(attempt.latencyMs * 10) / 10,
  response_headers: attempt.responseHeaders && Object.fromEntries(attempt.responseHeaders),
  response_excerpt: attempt.responseExcerpt,
});
