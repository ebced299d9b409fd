import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { EventDelivery, IdentifiedEvent, Lane } from '../model/delivery.js';
import { deliveryId, laneId } from '../model/identity.js';
import type { OpenPartition } from '../partitions/open-partition.js';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';

/** The event's first delivery to each webhook, but for those that a former owner of the partition recorded already. */
export function firstDeliveries(
  partition: Pick<OpenPartition, 'epoch' | 'knows'>,
  event: IdentifiedEvent,
  webhooks: readonly IndexedWebhook<FilterWebhook>[],
): EventDelivery[] {
  const deliveries: EventDelivery[] = [];
  const name = { accountId: event.stamp.accountId, source: event.attributes.source, id: event.attributes.id };
  const origin = { kind: 'stream', epoch: partition.epoch } as const;
  const ofSubject = webhooks.some(isOrdered) ? laneOf(event) : null;
  for (const indexed of webhooks) {
    const { id: webhookId, webhook } = indexed;
    const id = deliveryId(name, event.stamp.acceptedAt, webhookId);
    if (partition.knows(id)) continue;
    const lane = isOrdered(indexed) ? ofSubject : null;
    deliveries.push({ kind: 'event', id, webhookId, accountId: webhook.accountId, event, attempt: 1, origin, lane });
  }
  return deliveries;
}

/** It wants one delivery at a time for each subject. */
export const isOrdered = ({ webhook }: IndexedWebhook<FilterWebhook>): boolean => webhook.ordering === 'subject';

/** The lane of the event at a webhook that is ordered. */
export function laneOf(event: IdentifiedEvent): Lane | null {
  const id = laneId(event);
  return id === null ? null : { id, next: null, claimedAtMs: Number.NEGATIVE_INFINITY };
}
