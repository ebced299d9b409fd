import { baseOfSource } from '@sluice/contracts/airtable-ids';
import { type EventStamp, precedes, recipientOf } from '@sluice/contracts/event-record';
import { TABLE_CHANGED } from '@sluice/contracts/table-change';
import type { BaseWebhook, FilterWebhook } from '@sluice/contracts/webhook-feed';
import { JsonFault } from '@sluice/exact-json/json-fault';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { explainMismatch } from '@sluice/filters/explain-mismatch';
import { parseFilterText } from '@sluice/filters/parse-filter';
import { tooEarly } from '../match/too-early.js';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';
import type { WebhookIndex } from '../webhooks/webhook-index.js';
import type { QuestionedEvent, Unreached, UnreachedWebhooks } from './event-trail.js';

/** An account may have very many webhooks of one type; the answer is for people. */
const MOST = 200;
const OTHER_ACCOUNT = 'the event was for another account';
const ENABLED_SINCE = 'the webhook was disabled when the event was accepted, or was disabled and enabled since';
const YOUNGER = 'the webhook was created after the event was accepted';

/**
 * Why an account's webhooks of the event's type did not get it, by what they are now: `reached` are those that did. The
 * filter that they had at the time may have been another one: of one that would get it now there is no reason.
 */
export function explainUnmatched(
  index: WebhookIndex,
  accountId: string,
  event: QuestionedEvent,
  reached: ReadonlySet<string>,
): UnreachedWebhooks {
  const data = dataOf(event);
  const unmatched: Unreached[] = [];
  let more = false;
  for (const webhook of index.webhooksOf(accountId, event.type)) {
    if (reached.has(webhook.id)) continue;
    more = unmatched.length === MOST;
    if (more) break;
    unmatched.push({ webhookId: webhook.id, reason: reasonOf(webhook, accountId, event.stamp, data) });
  }
  return { webhooks: [...unmatched, ...explainNoPayloads(index, accountId, event, reached)], more };
}

/** The same of the webhooks on the base that the event changed, if it did. */
function explainNoPayloads(
  index: WebhookIndex,
  accountId: string,
  { source, type, stamp }: QuestionedEvent,
  reached: ReadonlySet<string>,
): Unreached[] {
  const baseId = type === TABLE_CHANGED ? baseOfSource(source) : null;
  if (baseId === null) return [];
  return [...index.webhooksOfBase(baseId)]
    .filter(({ id, webhook }) => webhook.accountId === accountId && !reached.has(id))
    .map(({ id, webhook }) => ({ webhookId: id, reason: whyNoPayload(webhook, accountId, stamp) }));
}

function whyNoPayload({ createdRevision, state }: BaseWebhook, accountId: string, stamp: EventStamp): string {
  if (recipientOf(stamp) !== accountId) return OTHER_ACCOUNT;
  if (precedes(stamp, createdRevision)) return YOUNGER;
  if (state === 'expired') return 'the webhook has expired';
  if (state === 'invalid') return 'the webhook is invalid: something that its specification names was destroyed';
  return 'its specification leaves nothing of the change, or its payload is older than a week';
}

type Data = { value: JsonValue } | { missing: string };

function dataOf({ data }: QuestionedEvent): Data {
  if (data === null) return { missing: "the event's data is no longer kept" };
  try {
    return { value: parseJson(data) };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return { missing: `the event's data is no JSON that a filter could read: ${error.message}` };
  }
}

function reasonOf(
  { webhook }: IndexedWebhook<FilterWebhook>,
  accountId: string,
  stamp: EventStamp,
  data: Data,
): string | null {
  const recipient = recipientOf(stamp);
  if (recipient !== null && recipient !== accountId) return OTHER_ACCOUNT;
  const early = tooEarly(stamp, webhook);
  if (early !== null) return early === 'its creation' ? YOUNGER : ENABLED_SINCE;
  if (webhook.state === 'disabled') return 'the webhook is disabled';
  const parsed = webhook.filter === null ? null : parseFilterText(webhook.filter);
  if (parsed?.ok === false) return "this version of Sluice can't read the webhook's filter";
  if (parsed !== null && 'missing' in data) return data.missing;
  return parsed === null || 'missing' in data ? null : explainMismatch(parsed.filter, data.value);
}
