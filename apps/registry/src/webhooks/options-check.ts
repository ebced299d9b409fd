import { OPTION_LIMITS } from '@sluice/contracts/option-limits';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { WebhookOptions } from '@sluice/contracts/webhook-options';
import { plainTextFault } from '../texts/plain-text.js';

const { descriptionCharacters, lowestRate, highestRate, mostAtOnce, mostAttempts, longestWait } = OPTION_LIMITS;

/** Whether the options that are given are acceptable. Refusals name them as our own API does. */
export function checkOptions(options: Partial<WebhookOptions>): Result<null> {
  const { description, rateLimit, concurrency, retrySchedule } = options;
  const fault = [
    description == null ? null : wrong('description', plainTextFault(description, descriptionCharacters)),
    rateLimit == null ? null : wrong('rate_limit', rateFault(rateLimit)),
    concurrency == null ? null : wrong('concurrency', concurrencyFault(concurrency)),
    retrySchedule == null ? null : scheduleFault(retrySchedule),
  ].find((found) => found !== null);
  return fault ?? accepted(null);
}

const wrong = (field: string, cause: string | null) =>
  cause === null ? null : refused('invalid', `${field} ${cause}`, field);

const rateFault = (perSecond: number): string | null =>
  perSecond >= lowestRate && perSecond <= highestRate
    ? null
    : `must be a number from ${lowestRate} to ${highestRate}: attempts started in a second`;

const concurrencyFault = (atOnce: number): string | null =>
  Number.isInteger(atOnce) && atOnce >= 1 && atOnce <= mostAtOnce
    ? null
    : `must be a whole number from 1 to ${mostAtOnce}: attempts under way at once`;

function scheduleFault(waits: readonly number[]) {
  if (waits.length < 1 || waits.length > mostAttempts) {
    return wrong('retry_schedule', `must have 1 to ${mostAttempts} entries, one for each attempt`);
  }
  const at = waits.findIndex((seconds) => !(seconds >= 0 && seconds <= longestWait));
  if (at >= 0) return wrong(`retry_schedule.${at}`, `must be a number of seconds from 0 to ${longestWait}`);
  const sum = waits.reduce((total, seconds) => total + seconds, 0);
  return wrong('retry_schedule', sum <= longestWait ? null : `adds up to more than ${longestWait} s, 7 days`);
}
