/** RFC 3986: the characters of a URI reference, with every percent sign starting an encoding. */
const URI_CHARACTERS = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/;
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/** Non-ASCII letters are let through: RFC 3987 writes them as they are, and producers do. */
const ascii = (text: string): string => text.replace(/[^\p{ASCII}\p{White_Space}]/gu, 'x');

/** A URI, or a reference relative to one: `/orders/7`, `urn:uuid:…`, `//host/path`, not empty. */
export function isUriReference(text: string): boolean {
  const plain = ascii(text);
  if (plain === '' || !URI_CHARACTERS.test(plain)) return false;
  // A relative reference's first segment holds no colon (RFC 3986 section 4.2), and there is one fragment at most.
  const firstSegment = plain.split(/[/?#]/, 1)[0] ?? '';
  return (!firstSegment.includes(':') || SCHEME.test(plain)) && plain.split('#').length <= 2;
}

/** A URI: a reference with a scheme of its own. */
export const isUri = (text: string): boolean => isUriReference(text) && SCHEME.test(text);

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|[+-](\d{2}):(\d{2}))$/;

/** RFC 3339 `date-time` of a day that exists; a leap second is allowed. */
export function isTimestamp(text: string): boolean {
  const parts = RFC3339.exec(text)
    ?.slice(1)
    .map((part) => (part === undefined ? 0 : Number(part)));
  if (parts === undefined) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = parts;
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return false;
  return hour <= 23 && minute <= 59 && second <= 60 && offsetHour <= 23 && offsetMinute <= 59;
}

const daysIn = (year: number, month: number): number => {
  const days = new Date(Date.UTC(2000, month, 0)).getUTCDate();
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && !leap ? 28 : days;
};
