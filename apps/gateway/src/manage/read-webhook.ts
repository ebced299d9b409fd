import { WebhookOptions } from '@sluice/contracts/webhook-options';
import type { JsonMembers } from '../server/json-body.js';
import { optionalStartFrom } from './start-from.js';

const OPTIONS = ['description', 'ordering', 'rate_limit', 'concurrency', 'retry_schedule'] as const;

/**
 * `{endpoint, event_type, filter?, sample?, start_from?}` and options: a webhook to be created. Filter and sample are JSON
 * text.
 */
export function readNewWebhook(body: JsonMembers, nowMs: number) {
  body.only('endpoint', 'event_type', 'filter', 'sample', 'start_from', ...OPTIONS).demand('endpoint', 'event_type');
  body.optionalObject('filter');
  body.optionalStructure('sample');
  return {
    endpoint: body.string('endpoint'),
    eventType: body.string('event_type'),
    filter: body.text('filter'),
    sample: body.text('sample'),
    options: readOptions(body),
    startFrom: optionalStartFrom(body, nowMs),
  };
}

/** `{endpoint?, filter?}` and options: what is absent stays, and null is what a new webhook has that does not name it. */
export function readWebhookChange(body: JsonMembers) {
  if (isGiven(body, 'event_type')) throw body.fault('event_type', "can't be changed: create another webhook for it");
  body.only('endpoint', 'filter', ...OPTIONS);
  body.optionalObject('filter');
  return {
    ...(isGiven(body, 'endpoint') ? { endpoint: body.string('endpoint') } : {}),
    ...(isGiven(body, 'filter') ? { filter: body.text('filter') } : {}),
    options: readOptions(body),
  };
}

/** Those that are given. Their kinds are checked here; what they may be is the registry's to say. */
function readOptions(body: JsonMembers): Partial<WebhookOptions> {
  const options: Partial<WebhookOptions> = {};
  if (isGiven(body, 'description')) options.description = body.optionalString('description');
  if (isGiven(body, 'ordering')) {
    const orderings = WebhookOptions.shape.ordering.options;
    options.ordering = body.has('ordering') ? body.oneOf('ordering', orderings) : 'none';
  }
  if (isGiven(body, 'rate_limit')) options.rateLimit = body.optionalNumber('rate_limit');
  if (isGiven(body, 'concurrency')) options.concurrency = body.optionalNumber('concurrency');
  if (isGiven(body, 'retry_schedule')) options.retrySchedule = body.optionalNumbers('retry_schedule');
  return options;
}

/** Also with null. */
const isGiven = (body: JsonMembers, name: string): boolean => body.value(name) !== undefined;
