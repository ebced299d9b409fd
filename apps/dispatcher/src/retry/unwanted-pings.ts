import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Pool } from 'pg';
import { textArray } from '../database/binary-array.js';
import { type IndexedWebhook, isBaseWebhook } from '../webhooks/indexed-webhook.js';
import { releasePingsSql } from './release-pings.js';

export interface UnwantedPingsParts {
  pool: Pool;
  clock: Clock;
  logger: Logger;
}

/** Due now, they are claimed and dropped. */
const MAKE_DUE = releasePingsSql('where p.webhook_id = any($1::text[]) and p.lease is null', '$2');

/**
 * Lets no ping wait for its retry, which may be half a day away, once its webhook wants none: when the webhook is turned on
 * again, the next one begins anew.
 */
export class UnwantedPings {
  readonly #parts: UnwantedPingsParts;

  constructor(parts: UnwantedPingsParts) {
    this.#parts = parts;
  }

  /** What is missed here, the database being away for instance, is dropped when it is due. */
  webhooksChanged(webhooks: readonly IndexedWebhook[]): void {
    const unwanting = webhooks.filter((webhook) => isBaseWebhook(webhook) && webhook.standing !== 'enabled');
    if (unwanting.length > 0) void this.#makeDue(unwanting.map(({ id }) => id));
  }

  async #makeDue(webhookIds: readonly string[]): Promise<void> {
    const { pool, clock, logger } = this.#parts;
    try {
      await pool.query({
        name: 'dispatch-unwanted-pings-due',
        text: MAKE_DUE,
        values: [textArray(webhookIds), clock.shiftMs],
      });
    } catch (error) {
      logger.warn({ err: error, webhooks: webhookIds.length }, 'pings.not_dropped');
    }
  }
}
