import type { EndpointRequest } from '../deliver/endpoint-client.js';
import type { Delivery } from '../model/delivery.js';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';
import { render } from './dialects.js';

/**
 * The request of one attempt: the rendering for the webhook as it is now, and where it goes.
 *
 * @throws when it can't be signed.
 */
export function attemptRequest(delivery: Delivery, indexed: IndexedWebhook, nowMs: number): EndpointRequest {
  const { headers, body } = render(delivery, indexed.webhook, nowMs);
  const { origin, path } = indexed.target;
  return { origin, path, headers, body };
}
