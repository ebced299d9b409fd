import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { CurrentIndex } from './current-index.js';
import { type IndexedWebhook, isFilterWebhook } from './indexed-webhook.js';

/**
 * The webhook, if deliveries of events can be made for it, and it is the account's.
 *
 * @param field what a refusal names as the mistake.
 */
export async function checkWebhook(
  { current }: { current: Pick<CurrentIndex, 'webhook'> },
  accountId: string,
  webhookId: string,
  field: string,
): Promise<Result<IndexedWebhook<FilterWebhook>>> {
  const webhook = await current.webhook(webhookId);
  if (webhook === undefined || webhook.webhook.accountId !== accountId) {
    return refused('not_found', 'there is no such webhook', field);
  }
  if (!isFilterWebhook(webhook)) {
    return refused('invalid', 'is a webhook on a base: its payloads are read, and not delivered', field);
  }
  if (webhook.standing === 'disabled') return refused('conflict', 'the webhook is disabled: enable it first', field);
  return accepted(webhook);
}
