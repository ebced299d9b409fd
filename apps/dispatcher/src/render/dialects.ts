import type { FeedWebhook } from '@sluice/contracts/webhook-feed';
import type { AttemptResult } from '../deliver/endpoint-attempt.js';
import type { Delivery } from '../model/delivery.js';
import { airstack } from './airstack.js';
import { airtable } from './airtable.js';
import type { Consequence, Rendering } from './dialect.js';

/**
 * The delivery as its webhook's dialect sends it.
 *
 * @throws when it can't be signed, or the webhook's dialect knows no such deliveries.
 */
export function render(delivery: Delivery, webhook: FeedWebhook, nowMs: number): Rendering {
  if (delivery.kind === 'event' && webhook.dialect === 'airstack') return airstack.render(delivery, webhook, nowMs);
  if (delivery.kind === 'ping' && webhook.dialect === 'airtable') return airtable.render(delivery, webhook, nowMs);
  throw new Error(`a webhook of the dialect ${webhook.dialect} gets no ${delivery.kind}`);
}

/** What follows from the delivery's next attempt, which gave this. `webhook` as it is now; undefined when it is gone. */
export function judge(
  delivery: Delivery,
  webhook: FeedWebhook | undefined,
  result: AttemptResult,
  nowMs: number,
): Consequence {
  return delivery.kind === 'event'
    ? airstack.judge(delivery, webhook?.dialect === 'airstack' ? webhook : undefined, result, nowMs)
    : airtable.judge(delivery, webhook?.dialect === 'airtable' ? webhook : undefined, result, nowMs);
}

/** How long the delivery's attempt may take in all. */
export const deadlineMs = ({ kind }: Delivery): number => (kind === 'event' ? airstack : airtable).deadlineMs;

/** No attempt is over its time earlier. */
export const SHORTEST_DEADLINE_MS = Math.min(airstack.deadlineMs, airtable.deadlineMs);
