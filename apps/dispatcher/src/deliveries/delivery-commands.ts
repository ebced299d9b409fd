import type { Deliveries } from '@sluice/contracts/delivery-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, refused } from '@sluice/contracts/result';
import type { EventStream } from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';
import type { Pool } from 'pg';
import type { CurrentIndex } from '../webhooks/current-index.js';
import { readRequest } from './delivery-request.js';
import { readEventDeliveries } from './event-deliveries.js';
import { readNextAttempt } from './next-attempt.js';
import { type DeliveryQuestion, readAccountPage, readWebhookPage } from './read-deliveries.js';
import { readDelivery } from './read-delivery.js';

export interface DeliveryCommandParts {
  registry: Pick<Registry, 'authorize'>;
  pool: Pool;
  stream: Pick<EventStream, 'read'>;
  clock: Clock;
  current: Pick<CurrentIndex, 'webhook'>;
}

/** The dispatcher's answers about deliveries: whoever holds a credential sees those to its account's webhooks. */
export const serveDeliveries = ({
  registry,
  pool,
  stream,
  clock,
  current,
}: DeliveryCommandParts): Omit<Deliveries, 'sendTest'> => ({
  async listDeliveries({ credential, webhookId = null, eventId, ...asked }) {
    const caller = await registry.authorize({ credential, purpose: 'read' });
    if (!caller.ok) return caller;
    const question: DeliveryQuestion = { accountId: caller.value.accountId, ...asked };
    const { accountId } = question;
    const found =
      eventId !== undefined
        ? await readEventDeliveries(pool, { eventId, webhookId }, question)
        : webhookId !== null
          ? await readWebhookPage(pool, webhookId, question)
          : await readAccountPage(pool, question);
    // What is left of a deleted webhook can still be read.
    if (webhookId === null || found.deliveries.length > 0) return accepted(found);
    const isTheirs = (await current.webhook(webhookId))?.webhook.accountId === accountId;
    return isTheirs ? accepted(found) : refused('not_found', 'there is no such webhook', 'webhook_id');
  },

  async getDelivery({ credential, deliveryId }) {
    const caller = await registry.authorize({ credential, purpose: 'read' });
    if (!caller.ok) return caller;
    const recorded = await readDelivery(pool, caller.value.accountId, deliveryId);
    if (recorded === null) return refused('not_found', 'there is no such delivery');
    const { place, ...delivery } = recorded;
    const webhook = await current.webhook(delivery.webhookId);
    const [request, next] = await Promise.all([
      readRequest({ pool, stream }, { id: deliveryId, place }, webhook),
      readNextAttempt(pool, deliveryId, webhook, clock.shiftMs),
    ]);
    return accepted({ ...delivery, request, next });
  },
});
