import type { FeedWebhook } from '@sluice/contracts/webhook-feed';
import type { AttemptResult } from '../deliver/endpoint-attempt.js';
import type { Delivery } from '../delivery.js';
import { airstack } from './airstack.js';
import type { Consequence, Rendering } from './dialect.js';

/**
 * The delivery as its webhook's dialect sends it.
 *
 * @throws when it can't be signed, or the webhook's dialect knows no such deliveries.
 */
export function render(delivery: Delivery, webhook: FeedWebhook, nowMs: number): Rendering {
  if (webhook.dialect === 'airstack') return airstack.render(delivery, webhook, nowMs);
  throw new Error(`a webhook of the dialect ${webhook.dialect} gets no ${delivery.kind}`);
}

/** What follows from the delivery's next attempt, which gave this. */
export const judge = (delivery: Delivery, result: AttemptResult, nowMs: number): Consequence =>
  airstack.judge(delivery, result, nowMs);

/** No attempt is over its time earlier. */
export const SHORTEST_DEADLINE_MS = airstack.deadlineMs;

/** How long the delivery's attempt may take in all. */
export const deadlineMs = (_delivery: Delivery): number => airstack.deadlineMs;
