import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { WebhookOptions } from '@sluice/contracts/webhook-options';
import { plainTextFault } from '../plain-text.js';

const DESCRIPTION_LIMIT = 500;
const RATE = { lowest: 0.1, highest: 10_000 };
const MOST_AT_ONCE = 32;
const MOST_ATTEMPTS = 20;
/** The longest wait, and the longest of all waits together: a delivery ends 7 days after its event. */
const LONGEST_WAIT_S = 7 * 24 * 60 * 60;

/** Whether the options that are given are acceptable. Refusals name them as our own API does. */
export function checkOptions(options: Partial<WebhookOptions>): Result<null> {
  const { description, rateLimit, concurrency, retrySchedule } = options;
  const fault = [
    description == null ? null : wrong('description', plainTextFault(description, DESCRIPTION_LIMIT)),
    rateLimit == null ? null : wrong('rate_limit', rateFault(rateLimit)),
    concurrency == null ? null : wrong('concurrency', concurrencyFault(concurrency)),
    retrySchedule == null ? null : scheduleFault(retrySchedule),
  ].find((found) => found !== null);
  return fault ?? accepted(null);
}

const wrong = (field: string, cause: string | null) =>
  cause === null ? null : refused('invalid', `${field} ${cause}`, field);

const rateFault = (perSecond: number): string | null =>
  perSecond >= RATE.lowest && perSecond <= RATE.highest
    ? null
    : `must be a number from ${RATE.lowest} to ${RATE.highest}: attempts started in a second`;

const concurrencyFault = (atOnce: number): string | null =>
  Number.isInteger(atOnce) && atOnce >= 1 && atOnce <= MOST_AT_ONCE
    ? null
    : `must be a whole number from 1 to ${MOST_AT_ONCE}: attempts under way at once`;

function scheduleFault(waits: readonly number[]) {
  if (waits.length < 1 || waits.length > MOST_ATTEMPTS) {
    return wrong('retry_schedule', `must have 1 to ${MOST_ATTEMPTS} entries, one for each attempt`);
  }
  const at = waits.findIndex((seconds) => !(seconds >= 0 && seconds <= LONGEST_WAIT_S));
  if (at >= 0) return wrong(`retry_schedule.${at}`, `must be a number of seconds from 0 to ${LONGEST_WAIT_S}`);
  const sum = waits.reduce((total, seconds) => total + seconds, 0);
  return wrong('retry_schedule', sum <= LONGEST_WAIT_S ? null : `adds up to more than ${LONGEST_WAIT_S} s, 7 days`);
}
