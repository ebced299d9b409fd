import { InvalidArgumentError } from 'commander';

const DURATION = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;
const SECONDS = [604_800, 86_400, 3_600, 60, 1];

/** A length of time in seconds: `90s`, `30m`, `1h`, `2d`, `1w`, or several from the largest on, as `1h30m`; null when the text is none. */
export function durationSeconds(text: string): number | null {
  const parts = DURATION.exec(text)?.slice(1);
  if (text === '' || parts === undefined) return null;
  return parts.reduce((sum, part, index) => sum + Number(part ?? 0) * SECONDS[index]!, 0);
}

/**
 * An option's length of time in seconds: a number of them, or one with its units.
 *
 * @throws {InvalidArgumentError} when it is neither, for commander to name the option.
 */
export function readSeconds(text: string): number {
  const trimmed = text.trim();
  const seconds = durationSeconds(trimmed) ?? Number(trimmed);
  if (trimmed === '' || !Number.isFinite(seconds)) {
    throw new InvalidArgumentError('It is neither a number of seconds nor a time like 90s, 5m, 1h or 2d.');
  }
  return seconds;
}

/** Several with commas between them, `0,5s,5m,1h`, also in the brackets of JSON. */
export const readManySeconds = (text: string): number[] =>
  text
    .replace(/^\s*\[(.*)\]\s*$/s, '$1')
    .split(',')
    .map(readSeconds);
