/** An instant as ISO 8601 writes it, to the last digit of its fraction. */
export interface Instant {
  /** Whole seconds since 1970-01-01T00:00:00Z. */
  seconds: number;
  /** Digits after the decimal point without trailing zeros. */
  fraction: string;
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?$/;
const SHORTEST = '2024-05-01'.length;
/** Longer texts are no timestamps, whatever their fraction. */
const LONGEST = 64;

/**
 * Reads an ISO 8601 timestamp in the extended format: a date (its first instant) or a date with a time, seconds and
 * fraction optional, any number of digits, with `Z` or an offset; without either it is UTC. Null for anything else, also
 * for dates that do not exist.
 */
export function readInstant(text: string): Instant | null {
  if (text.length < SHORTEST || text.length > LONGEST || text.charCodeAt(4) !== 0x2d) return null;
  const match = DATE_TIME.exec(text) ?? DATE.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0)) as number[];
  const midnight = startOfDay(year!, month!, day!);
  if (midnight === null) return null;
  const hours = hour ?? 0;
  const minutes = minute ?? 0;
  const seconds = second ?? 0;
  // 60 is a leap second; it counts as the first second of the next minute.
  if (hours > 23 || minutes > 59 || seconds > 60) return null;
  const offset = offsetSeconds(match[8]);
  if (offset === null) return null;
  return {
    seconds: midnight + hours * 3_600 + minutes * 60 + seconds - offset,
    fraction: withoutTrailingZeros(match[7] ?? ''),
  };
}

/** Negative, zero or positive as `a` is before, at or after `b`. */
export function compareInstants(a: Instant, b: Instant): number {
  if (a.seconds !== b.seconds) return a.seconds - b.seconds;
  if (a.fraction === b.fraction) return 0;
  return a.fraction < b.fraction ? -1 : 1;
}

function startOfDay(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / 1_000 : null;
}

function offsetSeconds(zone: string | undefined): number | null {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3_600 + minutes * 60);
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}
