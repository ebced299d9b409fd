import { AirtableWebhookId } from '@sluice/contracts/airtable-ids';
import { type EntityManager, type FindOptionsWhere, IsNull } from 'typeorm';
import type { BaseCaller } from '../access/base-caller.js';
import { WebhookEntity } from '../webhooks/webhook.entity.js';

/** The webhooks of the base that a caller sees: an OAuth integration its own ones alone (contract airtable 1.0). */
export const visibleTo = ({ baseId, integration }: Pick<BaseCaller, 'baseId' | 'integration'>) => ({
  baseId,
  deletedAt: IsNull(),
  ...(integration === null ? {} : { integration }),
});

/** A webhook on a base, deleted ones included, locked until the transaction ends; null when there is none. */
export const lockBaseWebhook = (
  transaction: EntityManager,
  where: FindOptionsWhere<WebhookEntity> & { id: string },
): Promise<WebhookEntity | null> =>
  AirtableWebhookId.safeParse(where.id).success
    ? transaction.findOne(WebhookEntity, { where, lock: { mode: 'pessimistic_write' } })
    : Promise.resolve(null);
