import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { IdentifiedEvent } from '../model/delivery.js';
import { appendCloudEventHeaders } from './cloudevent-headers.js';
import { USER_AGENT } from './user-agent.js';

/** What HTTP allows in a header value: anything else in a producer's content type must not break every attempt. */
const HEADER_TEXT = /^[\t\x20-\x7e]+$/;

/**
 * The headers of an event's delivery but for its id, time and signature: a flat list of names and values.
 *
 * @param ofWebhook the static ones, which may be secret.
 */
export function unsignedHeaders({ attributes }: IdentifiedEvent, ofWebhook: FilterWebhook['headers']): string[] {
  const contentType = attributes.datacontenttype ?? 'application/json';
  const headers = ['content-type', HEADER_TEXT.test(contentType) ? contentType : 'application/octet-stream'];
  for (const { name, value } of ofWebhook) headers.push(name, value);
  appendCloudEventHeaders(headers, attributes);
  headers.push('user-agent', USER_AGENT);
  return headers;
}
