import { Fault } from '../refusals/fault.js';

const HEADER = 'Idempotency-Key';
/** Of the key itself, without quotes. */
export const KEY_LENGTH_LIMIT = 255;
/** RFC 9651: a String of structured fields, as draft-ietf-httpapi-idempotency-key-header has it. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const PRINTABLE = /^[\x20-\x7e]*$/;

/**
 * The key of a request that has the header: in quotes, or bare as most clients send it.
 *
 * @param rawHeaders names and values in turn, as Node gives them.
 * @throws {Fault} 400 when it is none, or there are several.
 */
export function idempotencyKeyOf(rawHeaders: readonly string[]): string {
  const isHeader = (_: string, index: number) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === NAME;
  const [text = '', another] = rawHeaders.filter(isHeader);
  if (another !== undefined) throw wrong('is there more than once');
  const trimmed = text.trim();
  const key = trimmed.startsWith('"') ? QUOTED.exec(trimmed)?.[1]?.replace(/\\(.)/g, '$1') : trimmed;
  if (key === undefined) throw wrong('begins with a quote and is no string of structured fields');
  if (key === '') throw wrong('is empty');
  if (key.length > KEY_LENGTH_LIMIT) throw wrong(`is longer than ${KEY_LENGTH_LIMIT} characters`);
  if (!PRINTABLE.test(key)) throw wrong('has characters that are not printable ASCII');
  return key;
}

const NAME = HEADER.toLowerCase();

const wrong = (message: string): Fault =>
  new Fault(400, `${HEADER} ${message}`, { errors: [{ path: HEADER, message }] });
