import type { JsonValue } from '@sluice/exact-json/json-value';
import type { JsonMembers } from '../server/json-body.js';

export interface WebhookRequest {
  endpoint: string;
  eventType: string;
  /** JSON text as it was written; null for none. */
  filter: string | null;
  /** The sample event as it was written. */
  sample: string | null;
}

/**
 * The body of `POST /api/v1/webhooks`. Only its shape is checked here: what the values may be is the registry's to say.
 *
 * @throws {Fault} 400 naming the field.
 */
export function readWebhookRequest(body: JsonMembers): WebhookRequest {
  const endpoint = body.string('endpoint');
  const config = body.object('filter_config');
  const eventType = config.string('event_type');
  config.optionalObject('filter');
  readSample(config);
  return { endpoint, eventType, filter: config.text('filter'), sample: config.text('payload') };
}

/**
 * The sample event beside a filter; null for none. It may be an array: the filter language looks into its elements.
 *
 * @throws {Fault} 400 when it is missing beside a filter, or no event.
 */
export function readSample(members: JsonMembers): JsonValue {
  const sample = members.optionalStructure('payload');
  if (sample !== null || !members.has('filter')) return sample;
  throw members.fault('payload', 'is required with a filter: a sample event that the filter matches');
}
