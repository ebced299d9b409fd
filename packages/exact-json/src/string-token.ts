import { JsonFault } from './json-fault.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SIMPLE_ESCAPES = new Set(Buffer.from('"\\/bfnrt'));

/**
 * Finds the closing quote of a string token of valid UTF-8 from a position within it, and checks the escapes on the way.
 * `end` is the offset of the quote; `escaped` says whether there was an escape.
 */
export function endOfString(bytes: Uint8Array, from: number): { end: number; escaped: boolean } {
  let escaped = false;
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return { end: at, escaped };
    if (byte < 0x20) throw new JsonFault('control character in a string, to be written as an escape', at);
    if (byte === BACKSLASH) {
      escaped = true;
      at = afterEscape(bytes, at);
    } else at++;
  }
  throw new JsonFault('the text ends within a string', bytes.length);
}

function afterEscape(bytes: Uint8Array, at: number): number {
  const letter = bytes[at + 1];
  if (letter === undefined) throw new JsonFault('the text ends within a string', bytes.length);
  if (SIMPLE_ESCAPES.has(letter)) return at + 2;
  if (letter !== 0x75) throw new JsonFault('unknown escape in a string', at);
  for (let digit = at + 2; digit < at + 6; digit++) {
    if (!isHex(bytes[digit])) throw new JsonFault('\\u without four hexadecimal digits', at);
  }
  return at + 6;
}

const isHex = (byte: number | undefined): boolean =>
  byte !== undefined &&
  ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66));
