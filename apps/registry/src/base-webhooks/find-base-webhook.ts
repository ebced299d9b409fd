import { AirtableWebhookId } from '@sluice/contracts/airtable-ids';
import { type EntityManager, type FindOptionsWhere, IsNull } from 'typeorm';
import type { BaseCaller } from '../access/base-caller.js';
import { WebhookEntity } from '../webhooks/webhook.entity.js';

type OneWebhook = FindOptionsWhere<WebhookEntity> & { id: string };

/**
 * The webhooks of the base that a caller sees: an OAuth integration its own ones alone (contract airtable 1.0). Those of
 * the account too: the id may have become another's base since the caller was let in.
 */
export const visibleTo = ({
  accountId,
  baseId,
  integration,
}: Pick<BaseCaller, 'accountId' | 'baseId' | 'integration'>) => ({
  accountId,
  baseId,
  deletedAt: IsNull(),
  ...(integration === null ? {} : { integration }),
});

/** Null when there is none; what is no id is not looked for. */
export const findBaseWebhook = (manager: EntityManager, where: OneWebhook): Promise<WebhookEntity | null> =>
  AirtableWebhookId.safeParse(where.id).success ? manager.findOneBy(WebhookEntity, where) : Promise.resolve(null);

/** The same, locked until the transaction ends. */
export const lockBaseWebhook = (transaction: EntityManager, where: OneWebhook): Promise<WebhookEntity | null> =>
  AirtableWebhookId.safeParse(where.id).success
    ? transaction.findOne(WebhookEntity, { where, lock: { mode: 'pessimistic_write' } })
    : Promise.resolve(null);
