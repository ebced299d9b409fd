import type { Versioned } from '@sluice/contracts/follow-commands';
import type { Clock } from '@sluice/service-kit/clock';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';

const KEPT_MS = 60_000;
const MOST = 10_000;

interface Change extends Versioned {
  accountId: string;
  atMs: number;
}

/** The webhooks that became something else lately, as the registry's feed told it. */
export class RecentWebhooks {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  #changes: Change[] = [];

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  webhooksChanged(webhooks: readonly IndexedWebhook[]): void {
    if (webhooks.length === 0) return;
    const atMs = this.#clock.monotonicMs();
    const changes = webhooks.map((indexed) => ({
      id: indexed.id,
      accountId: indexed.webhook.accountId,
      // The same at every dispatcher, and another one when it becomes again what it was before.
      version: String(indexed.revision),
      atMs,
    }));
    this.#changes = [...this.#changes.filter((change) => change.atMs > atMs - KEPT_MS), ...changes].slice(-MOST);
  }

  of(accountId: string, withinMs: number): Versioned[] {
    const sinceMs = this.#clock.monotonicMs() - withinMs;
    return this.#changes
      .filter((change) => change.accountId === accountId && change.atMs >= sinceMs)
      .map(({ id, version }) => ({ id, version }));
  }
}
