import type { WebhookFact } from '@sluice/contracts/webhook-fact';
import type { WebhookOptions } from '@sluice/contracts/webhook-options';
import type { EntityManager } from 'typeorm';
import { recordFact } from '../facts/record-fact.js';
import { takeRevision } from '../feed/take-revision.js';
import { WebhookEntity } from './webhook.entity.js';

/** An id of a filter webhook; anything else is not looked for. */
export const WEBHOOK_ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** The filter webhook, locked until the transaction ends; null when there is none, or it is not the account's. */
export const lockWebhook = (
  transaction: EntityManager,
  where: { id: string; accountId?: string },
): Promise<WebhookEntity | null> =>
  WEBHOOK_ID.test(where.id)
    ? transaction.findOne(WebhookEntity, { where, lock: { mode: 'pessimistic_write' } })
    : Promise.resolve(null);

/** What can change in a webhook's life. */
export type WebhookChange = Partial<
  Pick<
    WebhookEntity,
    | 'endpoint'
    | 'filter'
    | 'state'
    | 'disabledReason'
    | 'disabledAt'
    | 'enabledAt'
    | 'startFrom'
    | keyof WebhookOptions
    | 'notificationsEnabled'
    | 'specification'
    | 'sealed'
    | 'sealingKey'
    | 'deletedAt'
  >
>;

/** Writes a change of a locked webhook, of either dialect, under a new revision, with the fact about it. Answers the revision. */
export async function changeWebhook(
  transaction: EntityManager,
  webhook: WebhookEntity,
  change: WebhookChange,
  fact: Pick<WebhookFact, 'type' | 'reason'> & { at: Date },
): Promise<number> {
  const { id, accountId, eventType, endpoint, baseId } = { ...webhook, ...change };
  const revision = await takeRevision(transaction);
  const anew = change.enabledAt == null ? {} : { enabledRevision: revision };
  await transaction.update(WebhookEntity, id, { ...change, ...anew, revision });
  await recordFact(transaction, {
    ...fact,
    at: fact.at.toISOString(),
    revision,
    webhookId: id,
    accountId,
    eventType,
    endpoint,
    ...(baseId === null ? {} : { baseId }),
  });
  return revision;
}
