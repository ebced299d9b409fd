import { Problem } from '../api/problem.js';
import type { WebhookForm } from './webhook-form.js';

const MEMBERS: Readonly<Record<string, keyof WebhookForm>> = {
  endpoint: 'endpoint',
  event_type: 'eventType',
  filter: 'filter',
  description: 'description',
  ordering: 'ordering',
  rate_limit: 'rateLimit',
  concurrency: 'concurrency',
  retry_schedule: 'retrySchedule',
};

/**
 * What is left of a refusal: of a member of the form it is said only as long as that which was refused stands there. Null
 * once everything was corrected.
 *
 * @param error what the request ended with
 * @param sent the form that it was sent with; undefined when none was
 * @param now the form as it is on the page
 */
export function stillRefused(error: unknown, sent: WebhookForm | undefined, now: WebhookForm): unknown {
  if (!(error instanceof Problem) || sent === undefined || error.errors.length === 0) return error;
  const errors = error.errors.filter(({ path }) => {
    const member = MEMBERS[path.split('.')[0] ?? ''];
    return member === undefined || sent[member] === now[member];
  });
  return errors.length === 0 ? null : new Problem(error.status, error.message, errors, error.retryAfterSeconds);
}
