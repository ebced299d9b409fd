import { precedes } from '@sluice/contracts/event-record';
import type { Delivery } from '../delivery.js';
import type { IndexedWebhook } from '../match/indexed-webhook.js';

/**
 * Whether the delivery was pending already when its webhook was disabled, which has been enabled since: that began anew. By
 * the revision, as the clocks of two databases may differ; and by the time, as old events can be sent again by hand.
 */
export function endedByDisabling(delivery: Delivery, { webhook }: IndexedWebhook): boolean {
  if (delivery.kind !== 'event' || webhook.dialect !== 'airstack' || webhook.enabledAt === null) return false;
  const { event, origin } = delivery;
  if (origin.kind !== 'pending' || origin.sinceMs === undefined) return false;
  return precedes(event.stamp, webhook.enabledRevision) && origin.sinceMs < Date.parse(webhook.enabledAt);
}
