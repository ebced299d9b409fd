import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import { JsonFault } from '@sluice/exact-json/json-fault';
import { parseJson } from '@sluice/exact-json/parse-json';
import type { IdentifiedEvent } from '../model/delivery.js';
import type { TimeSlices } from '../waiting/time-slices.js';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';
import type { WebhookIndex } from '../webhooks/webhook-index.js';
import { tooEarly } from './too-early.js';

/**
 * Finds the webhooks of an event, a slice of time at a go, and lets the index change only when no event is half matched:
 * each event is matched against one state of all webhooks.
 */
export class Matcher {
  readonly #index: WebhookIndex;
  readonly #slices: TimeSlices;
  readonly #changes: (() => void)[] = [];
  #halfMatched = 0;

  constructor(index: WebhookIndex, slices: TimeSlices) {
    this.#index = index;
    this.#slices = slices;
  }

  /**
   * The webhooks that the event is for. Its data is parsed only if a filter needs it; data that is no JSON satisfies no
   * filter. A webhook that was created, or enabled after it was disabled, after the event was accepted is none of them, unless
   * it starts earlier than it was created.
   */
  async match(event: IdentifiedEvent): Promise<IndexedWebhook<FilterWebhook>[]> {
    for (const _ of this.#index.prepare(event)) if (this.#slices.over) await this.#slices.next();
    while (this.#slices.over || this.#changes.length > 0) await this.#slices.next();
    this.#halfMatched += 1;
    try {
      return await this.#collect(
        event,
        this.#index.match(event, () => parseJson(event.data)),
      );
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
      return await this.#collect(event, this.#index.matchUnfiltered(event));
    } finally {
      this.#halfMatched -= 1;
      this.#applyChanges();
    }
  }

  async #collect(
    event: IdentifiedEvent,
    matching: Iterable<IndexedWebhook<FilterWebhook>>,
  ): Promise<IndexedWebhook<FilterWebhook>[]> {
    const matched: IndexedWebhook<FilterWebhook>[] = [];
    for (const webhook of matching) {
      if (tooEarly(event.stamp, webhook.webhook) === null) matched.push(webhook);
      if (this.#slices.over) await this.#slices.next();
    }
    return matched;
  }

  /** Runs `apply`, which changes the index, as soon as no event is half matched. */
  change(apply: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#changes.push(() => {
        try {
          apply();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
      this.#applyChanges();
    });
  }

  #applyChanges(): void {
    while (this.#halfMatched === 0) {
      const change = this.#changes.shift();
      if (change === undefined) return;
      change();
    }
  }
}
