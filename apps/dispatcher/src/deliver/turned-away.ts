import type { EventDelivery, Verdict } from '../model/delivery.js';
import type { WebhookIndex } from '../webhooks/webhook-index.js';
import { endedByDisabling } from './ended-by-disabling.js';

const UNKNOWN_YET_MS = 500;

/** What becomes of an event's delivery whose webhook wants no attempt now; null leaves it as it is, for later. */
export function turnedAway(delivery: EventDelivery, index: WebhookIndex): Verdict | null {
  const { webhookId, event } = delivery;
  const webhook = index.get(webhookId);
  if (webhook?.standing === 'paused') return null;
  if (webhook?.standing === 'disabled' || (webhook !== undefined && endedByDisabling(delivery, webhook))) {
    return { state: 'cancelled', reason: 'the webhook was disabled' };
  }
  // Its row was written by a dispatcher that already knew the webhook.
  if (index.revision < event.stamp.revision) return { state: 'pending', dueInMs: UNKNOWN_YET_MS };
  return { state: 'cancelled', reason: 'the webhook was deleted' };
}
