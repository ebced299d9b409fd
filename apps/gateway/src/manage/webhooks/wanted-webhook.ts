import type { WebhookOptions } from '@sluice/contracts/webhook-options';
import { wrongMember } from '../../operations/checked.js';
import { EARLIEST } from '../jobs/start-from.js';
import type { NewWebhook, WebhookChange } from './webhook-schemas.js';

/**
 * A webhook to be created, in the words of the registry. Filter and sample are JSON text.
 *
 * @throws {Fault} 400 when it is to begin in the future.
 */
export function newWebhook(body: NewWebhook, nowMs: number) {
  const { start_from: startFrom } = body;
  if (startFrom != null && startFrom !== EARLIEST && Date.parse(startFrom) > nowMs) {
    throw wrongMember('start_from', 'must not be in the future');
  }
  return {
    endpoint: body.endpoint,
    eventType: body.event_type,
    filter: body.filter?.text ?? null,
    sample: body.sample?.text ?? null,
    options: optionsOf(body),
    startFrom: startFrom ?? null,
  };
}

/** What of a webhook is to change: the members that were given. */
export const webhookChange = (body: WebhookChange) => ({
  ...(body.endpoint === undefined ? {} : { endpoint: body.endpoint }),
  ...(body.filter === undefined ? {} : { filter: body.filter?.text ?? null }),
  options: optionsOf(body),
});

function optionsOf(body: WebhookChange | NewWebhook): Partial<WebhookOptions> {
  const { description, ordering, rate_limit: rateLimit, concurrency, retry_schedule: retrySchedule } = body;
  return {
    ...(description === undefined ? {} : { description }),
    ...(ordering === undefined ? {} : { ordering: ordering ?? 'none' }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(retrySchedule === undefined ? {} : { retrySchedule }),
  };
}
