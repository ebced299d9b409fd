import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import { sign } from '@sluice/signatures/sign';
import type { Delivery } from '../delivery.js';
import type { IndexedWebhook } from '../match/indexed-webhook.js';
import { render } from '../render/render.js';
import { secretsAt } from '../render/signing-secrets.js';
import type { EndpointRequest } from './endpoint-client.js';

/**
 * The request of one attempt: the rendering for the webhook as it is now, signed once over exactly the bytes that are sent.
 *
 * @throws when it can't be signed.
 */
export function attemptRequest(
  { id, event }: Delivery,
  webhook: IndexedWebhook<FilterWebhook>,
  nowMs: number,
): EndpointRequest {
  const { headers, body } = render(event, webhook.webhook);
  const timestampSeconds = Math.floor(nowMs / 1_000);
  const signature = sign({ id, timestampSeconds, body, secrets: secretsAt(webhook.webhook, nowMs) });
  headers.push('webhook-id', id, 'webhook-timestamp', String(timestampSeconds), 'webhook-signature', signature);
  const { origin, path } = webhook.target;
  return { origin, path, headers, body };
}
