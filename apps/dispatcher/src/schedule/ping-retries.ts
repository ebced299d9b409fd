/** Retries of a ping, after its first attempt; attempts beyond are repetitions of the last. */
export const PING_RETRIES = 13;

const FIRST_WAIT_MS = 10_000;

/**
 * How long to wait after a ping's attempt (from 1) failed: 10 s before the first retry, twice as long before each other one,
 * times a random factor from 0.5 to 1 (contract airtable section 7). Null after the 13th retry: there is no other.
 *
 * @param random uniform in [0, 1).
 */
export const pingRetryMs = (attempt: number, random: () => number): number | null =>
  attempt > PING_RETRIES ? null : Math.round(FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + random() / 2));
