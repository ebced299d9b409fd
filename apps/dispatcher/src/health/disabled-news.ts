import { isOperationalType } from '@sluice/contracts/operational-events';
import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import { Rounds } from '@sluice/service-kit/rounds';
import type { Pool } from 'pg';
import type { OperationalEvent } from '../announcements/operational-event.js';
import { insertOperational } from '../announcements/write-operational.js';
import { type IndexedWebhook, isFilterWebhook } from '../webhooks/indexed-webhook.js';

export interface DisabledNewsParts {
  pool: Pool;
  clock: Clock;
  logger: Logger;
  /** There are operational events to expand. */
  told: () => void;
}

/** A dispatcher that starts reads of all webhooks: what happened longer ago is no news. */
const NEWS_MS = 86_400_000;
/** What could not be written is tried again. */
const AGAIN_MS = 2_000;

/**
 * Tells that webhooks were disabled, whatever disabled them, as the registry's change feed has it. Every dispatcher writes
 * it, one of them first, so it is told if any of them lives on.
 */
export class DisabledNews {
  readonly #parts: DisabledNewsParts;
  readonly #untold = new Map<string, OperationalEvent>();
  readonly #rounds: Rounds;

  constructor(parts: DisabledNewsParts) {
    this.#parts = parts;
    this.#rounds = new Rounds({
      round: () => this.#write(),
      idleMs: AGAIN_MS,
      failed: (error) => parts.logger.warn({ err: error, webhooks: this.#untold.size }, 'webhook.disabled_not_told'),
    });
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  webhooksChanged(webhooks: readonly IndexedWebhook[]): void {
    const oldestMs = this.#parts.clock.nowMs() - NEWS_MS;
    for (const indexed of webhooks) {
      if (!isFilterWebhook(indexed) || indexed.standing !== 'disabled') continue;
      const event = disabledEvent(indexed.webhook);
      if (event !== null && event.atMs > oldestMs) this.#untold.set(event.eventId + event.webhookId, event);
    }
    if (this.#untold.size > 0) this.#rounds.wake();
  }

  async #write(): Promise<void> {
    const untold = [...this.#untold];
    if (untold.length === 0) return;
    await insertOperational(
      this.#parts.pool,
      untold.map(([, event]) => event),
      this.#parts.clock.shiftMs,
    );
    for (const [key] of untold) this.#untold.delete(key);
    this.#parts.told();
  }
}

/** Null when nothing is told of it: those that hear of others are not themselves told of. */
function disabledEvent({
  id,
  accountId,
  eventType,
  disabledAt,
  disabledReason,
}: FilterWebhook): (OperationalEvent & { atMs: number }) | null {
  if (disabledAt === null || isOperationalType(eventType)) return null;
  const atMs = Date.parse(disabledAt);
  return {
    type: 'webhook.disabled',
    webhookId: id,
    accountId,
    eventId: `webhook.disabled-${atMs}`,
    atMs,
    details: { disabled_at: new Date(atMs).toISOString(), reason: disabledReason },
    delivered: null,
  };
}
