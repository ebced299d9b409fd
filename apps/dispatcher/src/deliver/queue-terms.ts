import { type IndexedWebhook, isFilterWebhook } from '../webhooks/indexed-webhook.js';

/** What a webhook says about its queue. */
export interface QueueTerms {
  /** Null when nothing is sent to it. What is known of an endpoint is forgotten with it. */
  endpoint: string | null;
  /** Of the whole installation: attempts started in a second, and under way at once. Null for no limit. */
  rateLimit: number | null;
  concurrency: number | null;
}

/** A dispatcher's part of them. */
export interface QueueShare {
  endpoint: string | null;
  perSecond: number | null;
  atOnce: number;
}

const NO_TERMS: QueueTerms = { endpoint: null, rateLimit: null, concurrency: null };

/** The terms of a webhook as it is now; of one that gets nothing now, none. */
export function queueTerms(indexed: IndexedWebhook | undefined): QueueTerms {
  if (indexed?.standing !== 'enabled') return NO_TERMS;
  const { endpoint } = indexed.webhook;
  if (!isFilterWebhook(indexed)) return { ...NO_TERMS, endpoint };
  const { rateLimit, concurrency } = indexed.webhook;
  return { endpoint, rateLimit, concurrency };
}

/**
 * An equal part for each dispatcher, whichever of them the deliveries are with. None can do with less than one attempt at
 * once: with more dispatchers than `concurrency`, together they make one each.
 *
 * @param mostAtOnce attempts under way for any one webhook.
 */
export function shareOf(
  { endpoint, rateLimit, concurrency }: QueueTerms,
  dispatchers: number,
  mostAtOnce: number,
): QueueShare {
  const perSecond = rateLimit === null ? null : rateLimit / dispatchers;
  const part = concurrency === null ? mostAtOnce : Math.max(1, Math.floor(concurrency / dispatchers));
  return { endpoint, perSecond, atOnce: Math.min(part, mostAtOnce) };
}
