import { precedes } from '@sluice/contracts/event-record';
import type { Delivery } from '../model/delivery.js';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';

/**
 * Whether the delivery was there already when its webhook was disabled, which has been enabled since: that began anew. By
 * the revision, as the clocks of two databases may differ; what old events are sent again by hand for has its moment alone.
 */
export function endedByDisabling(delivery: Delivery, { webhook }: IndexedWebhook): boolean {
  if (delivery.kind !== 'event' || webhook.dialect !== 'airstack' || webhook.enabledAt === null) return false;
  const { event, run } = delivery;
  if (!precedes(event.stamp, webhook.enabledRevision)) return false;
  return run === undefined || run.sinceMs < Date.parse(webhook.enabledAt);
}
