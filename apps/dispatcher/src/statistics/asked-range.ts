import { accepted, type Result, refused } from '@sluice/contracts/result';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** For so long they are kept (retention.ts). */
const LONGEST_DAYS = 90;

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
