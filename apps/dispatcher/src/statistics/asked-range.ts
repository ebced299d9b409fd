import { accepted, type Result, refused } from '@sluice/contracts/result';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** For so long they are kept (retention.ts). */
const LONGEST_DAYS = 90;
/** Of one question, over all its webhooks: a month of a hundred. */
const MOST_WEBHOOK_DAYS = 3_100;

/** Whole hours: those that the asked range touches. Null is now, and a day before `to`. */
export function rangeOf(
  { from, to }: { from: string | null; to: string | null },
  nowMs: number,
): Result<{ fromMs: number; toMs: number }> {
  const untilMs = to === null ? nowMs : Date.parse(to);
  if (Number.isNaN(untilMs)) return refused('invalid', 'to is no moment', 'to');
  const sinceMs = from === null ? untilMs - DAY_MS : Date.parse(from);
  if (Number.isNaN(sinceMs)) return refused('invalid', 'from is no moment', 'from');
  if (sinceMs >= untilMs) return refused('invalid', 'from must be before to, which is now if it is not given', 'from');
  if (untilMs - sinceMs > LONGEST_DAYS * DAY_MS) {
    return refused('invalid', `from must be at most ${LONGEST_DAYS} days before to`, 'from');
  }
  return accepted({
    fromMs: Math.floor(sinceMs / HOUR_MS) * HOUR_MS,
    toMs: Math.ceil(untilMs / HOUR_MS) * HOUR_MS,
  });
}

/** So many webhooks over that range are not too much for one answer. */
export function checkBreadth(webhooks: number, { fromMs, toMs }: { fromMs: number; toMs: number }): Result<null> {
  // Up to two hours of the range are touched, and not asked for.
  if (webhooks * (toMs - fromMs - 2 * HOUR_MS) <= MOST_WEBHOOK_DAYS * DAY_MS) return accepted(null);
  const days = Math.floor(MOST_WEBHOOK_DAYS / webhooks);
  return refused('invalid', `from must be at most ${days} days before to for ${webhooks} webhooks at once`, 'from');
}
