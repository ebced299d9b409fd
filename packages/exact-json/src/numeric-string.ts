import { readNumber } from './exact-number.js';
import type { JsonNumber } from './json-value.js';

const NINE = 0x39;
const MINUS = 0x2d;
const PLAIN = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;
const NUMERIC = /^-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/**
 * The number whose shortest decimal form is this text, or null when there is none: `3761`, `-0.5` and `0` are, `03761`,
 * `1.0`, `1e3`, `-0` and `+1` are not. The form has no exponent and no digit that could be left out (contract airstack,
 * equality).
 */
export function numberFromDecimalString(text: string): JsonNumber | null {
  if (!startsLikeNumber(text) || !PLAIN.test(text)) return null;
  if (text === '-0') return null;
  if (text.endsWith('0') && text.includes('.')) return null;
  return readNumber(text);
}

/**
 * The number that this text writes down in any decimal form, or null: `03761`, `10.50` and `1e3` count, `+1`, ` 1`,
 * `0x10` and the empty text do not (contract airstack, comparisons).
 */
export function numberFromNumericString(text: string): JsonNumber | null {
  return startsLikeNumber(text) && NUMERIC.test(text) ? readNumber(text) : null;
}

/** Most strings are no numbers: the first character says so before a pattern runs. */
function startsLikeNumber(text: string): boolean {
  const first = text.charCodeAt(0);
  return (first <= NINE && first >= 0x30) || first === MINUS;
}
