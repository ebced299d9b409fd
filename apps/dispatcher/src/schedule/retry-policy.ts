import type { Verdict } from '../model/delivery.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Seconds waited before attempt 1, 2, … : one attempt each (docs/architecture.md section 5). */
export const GENERAL_SCHEDULE: readonly number[] = [
  0,
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** Spreads the retries of what failed at one moment. */
const JITTER = 0.2;

/** A delivery ends at the latest this long after its event, or after it was made or sent again by hand. */
export const LONGEST_LIFE_MS = 7 * 24 * HOUR * 1_000;

/** Why a delivery ended without a last attempt. */
export const OVER_TIME = 'not delivered within 7 days';

/** No endpoint can ask for a longer pause than the schedule itself would make. */
export const LONGEST_RETRY_AFTER_MS = 24 * HOUR * 1_000;

/** What the policy needs to know of an attempt that failed. */
export interface FailedAttempt {
  /** The webhook's own, in seconds; null for the general one. */
  schedule: readonly number[] | null;
  /** Number of the attempt that failed, from 1: within its run, if the delivery was made or sent again by hand. */
  attempt: number;
  /** What the endpoint asked for with `Retry-After`; null if it did not. */
  retryAfterMs: number | null;
}

/**
 * What follows from an attempt that failed: another one after the schedule's waiting time ±20 %, not before the endpoint's
 * `Retry-After` (capped at 24 h), or the end, when the schedule is used up. Whether its 7 days are over by then says the
 * database's clock alone: one machine's wall clock may be days ahead.
 *
 * @param random uniform in [0, 1).
 */
export function afterFailure(failed: FailedAttempt, random: () => number): Verdict {
  const { [failed.attempt]: planned } = failed.schedule ?? GENERAL_SCHEDULE;
  if (planned === undefined) return { state: 'exhausted', reason: `${failed.attempt} attempts failed` };
  const asked = Math.min(failed.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
  return { state: 'pending', dueInMs: Math.max(jitteredMs(planned, random), Math.round(asked)) };
}

/** How long a webhook with this schedule lets its deliveries wait before their first attempt, ±20 %; mostly 0. */
export const firstWaitMs = (schedule: readonly number[] | null, random: () => number): number =>
  jitteredMs(schedule?.[0] ?? 0, random);

const jitteredMs = (seconds: number, random: () => number): number =>
  Math.round(seconds * 1_000 * (1 - JITTER + 2 * JITTER * random()));
