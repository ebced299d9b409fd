import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { NewChange } from '../payloads/new-change.js';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';

/** What an event leads to. */
export interface Match {
  /** They get the event itself. */
  webhooks: readonly IndexedWebhook<FilterWebhook>[];
  /** What webhooks on the base that it changes get of it; null when it changes none, or did so before. */
  change: NewChange | null;
}

/** Not ok: the event can't be taken as what it says it is, and becomes a dead letter. */
export type Matched = { ok: true; match: Match } | { ok: false; reason: string };
