import type { FeedWebhook } from '@sluice/contracts/webhook-feed';

/** What may be done for a webhook now. */
export type Standing = FeedWebhook['state'] | 'deleted';

/**
 * A webhook as this dispatcher knows it. One object for the webhook's whole life, changed in place: whoever holds it sees
 * at once that it was paused, disabled or deleted.
 */
export class IndexedWebhook {
  readonly id: string;
  #webhook: FeedWebhook;
  #deleted = false;
  #target: { endpoint: string; origin: string; path: string } | null = null;

  constructor(webhook: FeedWebhook) {
    this.id = webhook.id;
    this.#webhook = webhook;
  }

  get webhook(): FeedWebhook {
    return this.#webhook;
  }

  get standing(): Standing {
    return this.#deleted ? 'deleted' : this.#webhook.state;
  }

  /** Where deliveries go, in the two parts that the HTTP client wants. */
  get target(): { origin: string; path: string } {
    const { endpoint } = this.#webhook;
    if (this.#target?.endpoint === endpoint) return this.#target;
    const url = new URL(endpoint);
    this.#target = { endpoint, origin: url.origin, path: url.pathname + url.search };
    return this.#target;
  }

  /** The signing secrets that are valid at that time. */
  secretsAt(nowMs: number): string[] {
    const { secrets } = this.#webhook;
    const valid = secrets.filter(({ validUntil }) => validUntil === undefined || nowMs < Date.parse(validUntil));
    return valid.map(({ secret }) => secret);
  }

  become(webhook: FeedWebhook): void {
    this.#webhook = webhook;
    this.#deleted = false;
  }

  forget(): void {
    this.#deleted = true;
  }
}
