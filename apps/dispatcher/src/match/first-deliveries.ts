import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { EventDelivery, IdentifiedEvent } from '../delivery.js';
import { deliveryId } from '../identity.js';
import type { OpenPartition } from '../intake/open-partition.js';
import type { IndexedWebhook } from './indexed-webhook.js';

/** The event's first delivery to each webhook, but for those that a former owner of the partition recorded already. */
export function firstDeliveries(
  partition: Pick<OpenPartition, 'epoch' | 'knows'>,
  event: IdentifiedEvent,
  webhooks: readonly IndexedWebhook<FilterWebhook>[],
): EventDelivery[] {
  const deliveries: EventDelivery[] = [];
  const name = { accountId: event.stamp.accountId, source: event.attributes.source, id: event.attributes.id };
  const origin = { kind: 'stream', epoch: partition.epoch } as const;
  for (const { id: webhookId, webhook } of webhooks) {
    const id = deliveryId(name, event.stamp.acceptedAt, webhookId);
    if (partition.knows(id)) continue;
    deliveries.push({ kind: 'event', id, webhookId, accountId: webhook.accountId, event, attempt: 1, origin });
  }
  return deliveries;
}
