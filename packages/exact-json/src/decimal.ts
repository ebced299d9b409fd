/** A decimal value without needless digits: 0.DIGITS × 10^exponent. Zero has no digits and exponent 0. */
export interface Decimal {
  negative: boolean;
  /** Neither the first nor the last digit is 0. */
  digits: string;
  exponent: number;
}

/** Exponents have at most this many digits, so that sums of exponents and lengths stay exact integers. */
const EXPONENT_DIGITS = 15;

const ZERO = 0x30;

/**
 * The value of a decimal literal (`-12.50e3`; leading zeros do not matter). Linear in its length, whatever the exponent.
 * Null when the exponent has more than 15 digits. The literal's grammar is the caller's to check.
 */
export function readDecimal(literal: string): Decimal | null {
  const negative = literal.startsWith('-');
  const marker = exponentMarker(literal);
  const written = marker === -1 ? 0 : readExponent(literal, marker + 1);
  if (written === null) return null;

  const mantissaEnd = marker === -1 ? literal.length : marker;
  const start = negative || literal.startsWith('+') ? 1 : 0;
  const point = literal.indexOf('.');
  const whole = literal.slice(start, point === -1 ? mantissaEnd : point);
  const all = point === -1 ? whole : whole + literal.slice(point + 1, mantissaEnd);

  // Loops, because a pattern like /0+$/ takes quadratic time on long runs of zeros.
  let first = 0;
  while (first < all.length && all.charCodeAt(first) === ZERO) first++;
  if (first === all.length) return { negative: false, digits: '', exponent: 0 };
  let end = all.length;
  while (all.charCodeAt(end - 1) === ZERO) end--;
  return { negative, digits: all.slice(first, end), exponent: whole.length - first + written };
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const signOfA = signOf(a);
  const signOfB = signOf(b);
  if (signOfA !== signOfB) return signOfA - signOfB;
  return signOfA * compareMagnitudes(a, b);
}

const signOf = ({ digits, negative }: Decimal): -1 | 0 | 1 => (digits === '' ? 0 : negative ? -1 : 1);

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.exponent !== b.exponent) return a.exponent < b.exponent ? -1 : 1;
  // 0.DIGITS: the longer one goes on where the shorter one has zeros, so the order of texts is the order of values.
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -1 : 1;
}

function exponentMarker(literal: string): number {
  const lower = literal.indexOf('e');
  return lower === -1 ? literal.indexOf('E') : lower;
}

function readExponent(literal: string, from: number): number | null {
  const sign = literal[from];
  let first = sign === '-' || sign === '+' ? from + 1 : from;
  while (first < literal.length - 1 && literal.charCodeAt(first) === ZERO) first++;
  if (literal.length - first > EXPONENT_DIGITS) return null;
  const size = Number(literal.slice(first));
  return sign === '-' ? -size : size;
}
