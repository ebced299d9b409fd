import type { Deliveries } from '@sluice/contracts/delivery-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, refused } from '@sluice/contracts/result';
import type { Pool } from 'pg';
import type { CurrentIndex } from '../match/current-index.js';
import { readDelivery, readDeliveryPage } from './read-deliveries.js';

export interface DeliveryCommandParts {
  registry: Pick<Registry, 'authorize'>;
  pool: Pool;
  current: Pick<CurrentIndex, 'webhook'>;
}

/** The dispatcher's answers about deliveries: whoever holds a credential sees those to its account's webhooks. */
export const serveDeliveries = ({ registry, pool, current }: DeliveryCommandParts): Deliveries => ({
  async listDeliveries({ credential, ...question }) {
    const caller = await registry.authorize({ credential, purpose: 'read' });
    if (!caller.ok) return caller;
    const { accountId } = caller.value;
    const found = await readDeliveryPage(pool, { accountId, ...question });
    // What is left of a deleted webhook can still be read.
    const isTheirs =
      found.deliveries.length > 0 || (await current.webhook(question.webhookId))?.webhook.accountId === accountId;
    return isTheirs ? accepted(found) : refused('not_found', 'there is no such webhook', 'webhook_id');
  },

  async getDelivery({ credential, deliveryId }) {
    const caller = await registry.authorize({ credential, purpose: 'read' });
    if (!caller.ok) return caller;
    const delivery = await readDelivery(pool, caller.value.accountId, deliveryId);
    return delivery === null ? refused('not_found', 'there is no such delivery') : accepted(delivery);
  },
});
