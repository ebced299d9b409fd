import { InvalidArgumentError } from 'commander';
import { durationSeconds } from './durations.js';

const ISO_MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;

/**
 * An option's moment in the past: a length of time before now by this machine's clock, or ISO 8601 with its zone, which goes
 * out as it was typed.
 *
 * @throws {InvalidArgumentError} when it is neither, for commander to name the option.
 */
export const readPast = (text: string): string => readMoment(text, -1);

/** The same of the future: `7d` is in a week. */
export const readFuture = (text: string): string => readMoment(text, 1);

/** Of an option that takes a word beside moments, too: `earliest`. */
export const readPastOr =
  (...words: string[]) =>
  (text: string): string =>
    words.includes(text) ? text : readPast(text);

function readMoment(text: string, direction: 1 | -1): string {
  const seconds = durationSeconds(text);
  const at = seconds === null ? Number.NaN : Date.now() + direction * seconds * 1_000;
  if (Math.abs(at) < Date.UTC(9999, 0)) return new Date(at).toISOString();
  if (seconds === null && ISO_MOMENT.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError(
    'It is neither a date and time with its zone, like 2026-03-01T12:00:00Z, nor a time like 30m, 1h or 2d.',
  );
}
