import type { BaseWebhook, FeedWebhook, FilterWebhook } from '@sluice/contracts/webhook-feed';

/** What may be sent for a webhook now. */
export type Standing = FilterWebhook['state'] | 'deleted';

/**
 * A webhook as this dispatcher knows it. One object for the webhook's whole life, changed in place: whoever holds it sees
 * at once that it was paused, disabled or deleted.
 */
export class IndexedWebhook<W extends FeedWebhook = FeedWebhook> {
  readonly id: string;
  #webhook: W;
  #deleted = false;
  #revision = 0;
  #target: { endpoint: string; origin: string; path: string } | null = null;

  constructor(webhook: W) {
    this.id = webhook.id;
    this.#webhook = webhook;
  }

  get webhook(): W {
    return this.#webhook;
  }

  /** Of its last change; 0 as long as no feed told of one. */
  get revision(): number {
    return this.#revision;
  }

  get standing(): Standing {
    if (this.#deleted) return 'deleted';
    const webhook: FeedWebhook = this.#webhook;
    if (webhook.dialect === 'airstack') return webhook.state;
    return webhook.notificationsEnabled && webhook.endpoint !== null && webhook.state !== 'expired'
      ? 'enabled'
      : 'disabled';
  }

  /** Where requests go, in the two parts that the HTTP client wants. Only for a webhook that is enabled. */
  get target(): { origin: string; path: string } {
    const { endpoint } = this.#webhook;
    if (endpoint === null) throw new Error(`webhook ${this.id} has no endpoint`);
    if (this.#target?.endpoint === endpoint) return this.#target;
    const url = new URL(endpoint);
    this.#target = { endpoint, origin: url.origin, path: url.pathname + url.search };
    return this.#target;
  }

  become(webhook: W, revision: number): void {
    this.#webhook = webhook;
    this.#deleted = false;
    this.#revision = revision;
  }

  forget(revision: number): void {
    this.#deleted = true;
    this.#revision = revision;
  }
}

export const isFilterWebhook = (indexed: IndexedWebhook): indexed is IndexedWebhook<FilterWebhook> =>
  indexed.webhook.dialect === 'airstack';

export const isBaseWebhook = (indexed: IndexedWebhook): indexed is IndexedWebhook<BaseWebhook> =>
  indexed.webhook.dialect === 'airtable';
