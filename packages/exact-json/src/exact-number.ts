import { compareDecimals, type Decimal, readDecimal } from './decimal.js';
import type { JsonNumber } from './json-value.js';

/**
 * A number that no double stands for: 2^60 (a double prints as 1152921504606847000), 0.1000000000000000000001, 1e400.
 * Made by {@link readNumber} for such numbers only, so that it never equals a JavaScript number; and by {@link asWritten}
 * for every number that a double would print otherwise.
 */
export class ExactNumber {
  /** As it was written. */
  readonly literal: string;
  readonly decimal: Decimal;
  /** The nearest double, infinite beyond its range. */
  readonly approximate: number;

  constructor(literal: string, decimal: Decimal, approximate: number) {
    this.literal = literal;
    this.decimal = decimal;
    this.approximate = approximate;
  }

  /** One text for all literals of the same value; no longer than the literal. */
  get canonical(): string {
    const { negative, digits, exponent } = this.decimal;
    return `${negative ? '-' : ''}0.${digits}e${exponent}`;
  }

  toString(): string {
    return this.literal;
  }
}

/** Up to this many significant digits every decimal within a double's normal range is the shortest form of its double. */
const SAFE_DIGITS = 15;
const SAFE_EXPONENT = 300;

/**
 * The number that a literal of JSON's grammar (leading zeros allowed) stands for. Null when its exponent has more than
 * 15 digits: RFC 8259 section 6 lets a reader limit the range of numbers.
 */
export function readNumber(literal: string): JsonNumber | null {
  const decimal = readDecimal(literal);
  if (decimal === null) return null;
  const approximate = Number(literal);
  const { digits, exponent } = decimal;
  // Also keeps -0, which is the double that JSON.parse gives.
  if (digits === '') return approximate;
  if (digits.length <= SAFE_DIGITS && Math.abs(exponent) <= SAFE_EXPONENT) return approximate;
  if (Number.isFinite(approximate) && compareDecimals(decimal, decimalOf(approximate)) === 0) return approximate;
  return new ExactNumber(literal, decimal, approximate);
}

/** What was read from the literal, made to keep it: as an exact number wherever the double would print otherwise. */
export function asWritten(number: JsonNumber, literal: string): JsonNumber {
  if (typeof number !== 'number' || JSON.stringify(number) === literal) return number;
  // A literal with too great an exponent has not been read as a number.
  return new ExactNumber(literal, readDecimal(literal)!, number);
}

/** Negative, zero or positive as the decimal value of `a` is less than, equal to or greater than that of `b`. */
export function compareNumbers(a: JsonNumber, b: JsonNumber): number {
  const doubleA = typeof a === 'number' ? a : a.approximate;
  const doubleB = typeof b === 'number' ? b : b.approximate;
  // Rounding to doubles keeps the order; only where it makes two numbers one do the digits decide.
  if (doubleA < doubleB) return -1;
  if (doubleA > doubleB) return 1;
  if (typeof a === 'number' && typeof b === 'number') return 0;
  return compareDecimals(decimalOf(a), decimalOf(b));
}

/** Whether both have the same decimal value. */
export function sameNumber(a: JsonNumber, b: JsonNumber): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  return compareNumbers(a, b) === 0;
}

function decimalOf(number: JsonNumber): Decimal {
  if (typeof number !== 'number') return number.decimal;
  // The text of a finite double always reads as a decimal.
  return readDecimal(String(number))!;
}
