/** An instant as ISO 8601 writes it, to the last digit of its fraction. */
export interface Instant {
  /** Whole seconds since 1970-01-01T00:00:00Z. */
  seconds: number;
  /** Digits after the decimal point without trailing zeros. */
  fraction: string;
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
/** ISO 8601 extended; the space in place of `T` is RFC 3339's (section 5.6). */
const EXTENDED = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?$/;
const BASIC = /^(\d{4})(\d\d)(\d\d)[Tt](\d\d)(\d\d)(?:(\d\d)(?:[.,](\d+))?)?(Z|z|[+-]\d\d(?:\d\d)?)?$/;
const SHORTEST = '2024-05-01'.length;
/** Longer texts are no timestamps, whatever their fraction. */
const LONGEST = 64;
const HYPHEN = 0x2d;

/**
 * Reads an ISO 8601 timestamp: a date (its first instant), or a date with a time in the extended or the basic format,
 * seconds and fraction optional, any number of digits, with `Z` or an offset; without either it is UTC. Null for anything
 * else, also for dates that do not exist.
 */
export function readInstant(text: string): Instant | null {
  const match = matchOf(text);
  if (match === null) return null;
  const part = (group: number) => Number(match[group] ?? 0);
  const [hours, minutes, seconds] = [part(4), part(5), part(6)];
  const midnight = startOfDay(part(1), part(2), part(3));
  const fraction = withoutTrailingZeros(match[7] ?? '');
  const offset = offsetSeconds(match[8]);
  if (midnight === null || offset === null || !isTime(hours, minutes, seconds, fraction)) return null;
  return { seconds: midnight + hours * 3_600 + minutes * 60 + seconds - offset, fraction };
}

/** Year, month, day, hour, minute, second, fraction, zone. Most strings are no timestamps: two characters say so. */
function matchOf(text: string): RegExpExecArray | null {
  if (text.length < SHORTEST || text.length > LONGEST) return null;
  if (text.charCodeAt(4) === HYPHEN) return EXTENDED.exec(text) ?? DATE.exec(text);
  return text[8] === 'T' || text[8] === 't' ? BASIC.exec(text) : null;
}

/** 24:00 is the end of the day; the second 60 is a leap second, and counts as the first of the next minute. */
const isTime = (hours: number, minutes: number, seconds: number, fraction: string): boolean =>
  hours === 24 ? minutes === 0 && seconds === 0 && fraction === '' : hours < 24 && minutes <= 59 && seconds <= 60;

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
