import type { WebhookFact } from '@sluice/contracts/webhook-fact';
import type { EntityManager } from 'typeorm';
import { WebhookFactEntity } from './webhook-fact.entity.js';

/** Puts a fact into the outbox, in the transaction that makes it true. */
export async function recordFact(transaction: EntityManager, fact: WebhookFact): Promise<void> {
  const { revision, webhookId } = fact;
  await transaction.insert(WebhookFactEntity, { revision, webhookId, fact: JSON.stringify(fact) });
}
