import type { Result } from '@sluice/contracts/result';
import { refused } from '@sluice/contracts/result';
import type { WebhookEntity } from '../webhooks/webhook.entity.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Contract airtable 5.1: how long a webhook lives after its creation, refresh or reading. */
export const ACTIVE_MS = 7 * DAY_MS;
/** How long an expired one can be looked at. */
export const READABLE_MS = 7 * DAY_MS;

/** Where a webhook stands in its life. `gone` is as if it had never been. */
export type Stage = 'active' | 'expired' | 'invalid' | 'gone';

/** By the clock, whether or not the loop that expires webhooks (expiry.ts) has come by. */
export function stageOf(
  { state, expiresAt, deletedAt }: Pick<WebhookEntity, 'state' | 'expiresAt' | 'deletedAt'>,
  now: Date,
): Stage {
  const overdueMs = expiresAt === null ? Number.NEGATIVE_INFINITY : now.getTime() - expiresAt.getTime();
  if (deletedAt !== null || overdueMs >= READABLE_MS) return 'gone';
  if (state === 'invalid') return 'invalid';
  return state === 'expired' || overdueMs >= 0 ? 'expired' : 'active';
}

/** The end of a life that begins anew now. */
export const expiryFrom = (now: Date): Date => new Date(now.getTime() + ACTIVE_MS);

/** One answer for a webhook that does not exist, no longer exists, is another base's, or another integration's. */
export const UNKNOWN_BASE_WEBHOOK = refused('not_found', 'there is no such webhook in this base');

/** Why nothing can be changed of a webhook that is not active. Clients create another one when they read not_found. */
export function inactive(stage: Exclude<Stage, 'active'>): { ok: false } & Result<never> {
  switch (stage) {
    case 'gone':
      return UNKNOWN_BASE_WEBHOOK;
    case 'expired':
      return refused('not_found', 'this webhook has expired and can only be read or deleted: create another one');
    case 'invalid':
      return refused(
        'not_found',
        'what the specification of this webhook names was deleted, and it can only be read or deleted: create another one',
      );
  }
}
