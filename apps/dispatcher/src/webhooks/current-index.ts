import type { Clock } from '@sluice/service-kit/clock';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import type { Conditions } from '../waiting/conditions.js';
import type { IndexedWebhook } from './indexed-webhook.js';
import type { RegistryFollower } from './registry-follower.js';
import type { WebhookIndex } from './webhook-index.js';

export interface CurrentIndexParts {
  index: Pick<WebhookIndex, 'get'>;
  follower: Pick<RegistryFollower, 'demand' | 'completeSince'>;
  conditions: Conditions;
  clock: Clock;
}

const LONGEST_MS = 3_000;

/** Webhooks for those who act on them by hand: one that was made a moment ago is found, too. */
export class CurrentIndex {
  readonly #parts: CurrentIndexParts;

  constructor(parts: CurrentIndexParts) {
    this.#parts = parts;
  }

  /**
   * Undefined when there is no such webhook (any more).
   *
   * @throws {ServiceUnavailable} when it is not known here, and the registry does not answer.
   */
  async webhook(webhookId: string): Promise<IndexedWebhook | undefined> {
    const { index, follower, conditions, clock } = this.#parts;
    const known = index.get(webhookId);
    if (known !== undefined) return known;
    const sinceMs = clock.monotonicMs();
    follower.demand(sinceMs);
    await conditions.until(() => follower.completeSince(sinceMs) || clock.monotonicMs() > sinceMs + LONGEST_MS);
    if (follower.completeSince(sinceMs)) return index.get(webhookId);
    throw new ServiceUnavailable('the registry did not say in time which webhooks there are');
  }
}
