import type { FeedWebhook } from '@sluice/contracts/webhook-feed';

const MOST_TEXTS = 100_000;

/**
 * One string for all that read alike: the feed brings each webhook with an account, an event type and names of headers of
 * its own, which a million webhooks would keep a million times.
 */
export class SharedTexts {
  readonly #texts = new Map<string, string>();

  /** Puts shared strings into the webhook. */
  shareIn(webhook: FeedWebhook): void {
    webhook.accountId = this.#shared(webhook.accountId);
    webhook.eventType = this.#shared(webhook.eventType);
    if (webhook.dialect === 'airtable') return;
    for (const header of webhook.headers) header.name = this.#shared(header.name);
  }

  #shared(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= MOST_TEXTS) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }
}
