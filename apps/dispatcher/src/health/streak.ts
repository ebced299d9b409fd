import { isOperationalType } from '@sluice/contracts/operational-events';
import type { OperationalEvent } from '../announcements/operational-event.js';
import { type IndexedWebhook, isFilterWebhook } from '../webhooks/indexed-webhook.js';

/** Told to be failing: so many attempts failed one after the other, the last one so long after the first. */
export const FAILING = { failures: 4, forMs: 20 * 60_000 } as const;
/** Disabled: no success for so long, and so many deliveries given up meanwhile (docs/architecture.md section 5). */
export const DISABLING = { exhausted: 3, forMs: 5 * 86_400_000 } as const;

/** A webhook's row in dispatch.webhook_health. Moments are milliseconds since the epoch. */
export interface Streak {
  webhookId: string;
  accountId: string;
  /** Null when no attempt has failed since the last success. */
  failingSinceMs: number | null;
  lastFailedAtMs: number | null;
  failures: number;
  exhausted: number;
  /** The beginning of the streak that was told and whose end was not. */
  toldSinceMs: number | null;
  /** The end of that streak. */
  recoveredAtMs: number | null;
}

/** What follows from a streak as it is now. */
export interface StreakConsequence {
  tell: OperationalEvent[];
  /** What becomes of the row; null: it goes. */
  row: Streak | null;
  /** Why the webhook is to be disabled; null when it isn't. */
  disable: string | null;
}

/**
 * What follows from a webhook's streak, the webhook being what the index says, undefined when it was deleted. A webhook
 * that subscribes to operational events is disabled like any other, but nothing is told of it: what its deliveries come to
 * must not lead to other such events.
 */
export function consequenceOf(streak: Streak, webhook: IndexedWebhook | undefined, nowMs: number): StreakConsequence {
  const standing = webhook?.standing ?? 'deleted';
  if (webhook === undefined || !isFilterWebhook(webhook) || standing === 'disabled' || standing === 'deleted') {
    return { tell: [], row: null, disable: null };
  }
  const { enabledAt, eventType } = webhook.webhook;
  const tell: OperationalEvent[] = [];
  const row = { ...streak };
  if (row.toldSinceMs !== null && row.recoveredAtMs !== null) {
    tell.push(recovered(row, row.toldSinceMs, row.recoveredAtMs));
    row.toldSinceMs = null;
  }
  row.recoveredAtMs = null;
  const enabledAtMs = enabledAt === null ? Number.NEGATIVE_INFINITY : Date.parse(enabledAt);
  if (enabledAtMs >= (row.failingSinceMs ?? Number.POSITIVE_INFINITY))
    Object.assign(row, NO_STREAK, { toldSinceMs: null });
  // Nothing was tried while it was paused: what comes then begins anew.
  if (standing === 'paused') Object.assign(row, NO_STREAK);
  if (row.toldSinceMs === null && isFailing(row)) {
    tell.push(failing(row));
    row.toldSinceMs = row.failingSinceMs;
  }
  const gone = row.failingSinceMs === null && row.toldSinceMs === null;
  return {
    tell: isOperationalType(eventType) ? [] : tell,
    row: gone ? null : row,
    disable: whyDisabled(row, nowMs),
  };
}

const NO_STREAK = { failingSinceMs: null, lastFailedAtMs: null, failures: 0, exhausted: 0 } as const;

interface LivingStreak extends Streak {
  failingSinceMs: number;
  lastFailedAtMs: number;
}

const isFailing = (row: Streak): row is LivingStreak =>
  row.failingSinceMs !== null &&
  row.lastFailedAtMs !== null &&
  row.failures >= FAILING.failures &&
  row.lastFailedAtMs - row.failingSinceMs >= FAILING.forMs;

function whyDisabled({ failingSinceMs, exhausted }: Streak, nowMs: number): string | null {
  if (failingSinceMs === null || exhausted < DISABLING.exhausted) return null;
  if (nowMs - failingSinceMs < DISABLING.forMs) return null;
  return `no attempt has succeeded since ${iso(failingSinceMs)}, and ${exhausted} deliveries were given up`;
}

const iso = (ms: number): string => new Date(ms).toISOString();

const failing = (streak: LivingStreak): OperationalEvent<'webhook.failing'> => ({
  type: 'webhook.failing',
  webhookId: streak.webhookId,
  accountId: streak.accountId,
  eventId: `webhook.failing-${streak.failingSinceMs}`,
  atMs: null,
  details: {
    failing_since: iso(streak.failingSinceMs),
    last_failed_at: iso(streak.lastFailedAtMs),
    failed_attempts: streak.failures,
  },
  delivered: null,
});

const recovered = (
  { webhookId, accountId }: Streak,
  toldSinceMs: number,
  recoveredAtMs: number,
): OperationalEvent<'webhook.recovered'> => ({
  type: 'webhook.recovered',
  webhookId,
  accountId,
  eventId: `webhook.recovered-${toldSinceMs}`,
  atMs: recoveredAtMs,
  details: { failing_since: iso(toldSinceMs), recovered_at: iso(recoveredAtMs) },
  delivered: null,
});
