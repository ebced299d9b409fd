import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asWritten, compareNumbers, ExactNumber, readNumber, sameNumber } from './exact-number.js';
import type { JsonNumber } from './json-value.js';
import { numberFromDecimalString, numberFromNumericString } from './numeric-string.js';

const read = (literal: string): JsonNumber => readNumber(literal)!;

/** A decimal as an integer times a power of ten. */
const decimal = fc.tuple(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), fc.integer({ min: -30, max: 30 }));
const literalOf = ([digits, exponent]: [bigint, number]): string => `${digits}e${exponent}`;
const scaled = ([digits, exponent]: [bigint, number]): bigint => digits * 10n ** BigInt(exponent + 30);

describe('readNumber', () => {
  test.each(['0', '1', '-1', '1.0', '100e-2', '0.1', '1e21', '123456789012345', '5e-324'])(
    'gives the double where its shortest form is the value: %s',
    (literal) => expect(read(literal)).toBe(Number(literal)),
  );

  test('gives the double for every text that JavaScript prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(read(JSON.stringify(number))).toBe(number === 0 ? 0 : number);
      }),
    );
  });

  test.each([
    '9007199254740993',
    '1152921504606846976',
    '0.1000000000000000000001',
    '1e400',
    '-1e400',
    '1e-400',
    '1e999999999',
  ])('keeps the digits otherwise: %s', (literal) => {
    const number = read(literal);
    expect(number).toBeInstanceOf(ExactNumber);
    expect(String(number)).toBe(literal);
  });

  test('keeps the sign of zero as JSON.parse does', () => {
    expect(read('-0')).toBe(-0);
    expect(read('0e99')).toBe(0);
    expect(sameNumber(read('-0'), read('0'))).toBe(true);
  });

  test('gives up on exponents of more than 15 digits', () => {
    expect(readNumber('1e1000000000000000')).toBeNull();
    expect(compareNumbers(read('1e0000000000000000000001'), 10)).toBe(0);
  });
});

describe('compareNumbers', () => {
  test('orders decimals by value', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const difference = scaled(a) - scaled(b);
        const expected = difference < 0n ? -1 : difference > 0n ? 1 : 0;
        expect(Math.sign(compareNumbers(read(literalOf(a)), read(literalOf(b))))).toBe(expected);
        expect(sameNumber(read(literalOf(a)), read(literalOf(b)))).toBe(expected === 0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('sees equal values under different literals', () => {
    fc.assert(
      fc.property(decimal, fc.integer({ min: 0, max: 20 }), ([digits, exponent], zeros) => {
        const other = `${digits}${'0'.repeat(zeros)}e${exponent - zeros}`;
        const [a, b] = [read(literalOf([digits, exponent])), read(other)];
        expect(sameNumber(a, b)).toBe(true);
        expect(typeof a).toBe(typeof b);
        if (a instanceof ExactNumber && b instanceof ExactNumber) expect(a.canonical).toBe(b.canonical);
      }),
    );
  });

  test.each([
    ['9007199254740993', '9007199254740992', 1],
    ['1e999999999', '9e999999998', 1],
    ['1e999999999', '10e999999998', 0],
    ['-1e999999999', '1e400', -1],
    ['1e-999999999', '0', 1],
    ['-1e-999999999', '0', -1],
    ['1e-999999999', '5e-324', -1],
    ['1152921504606846976', '1152921504606847000', -1],
  ])('%s and %s', (a, b, order) => expect(Math.sign(compareNumbers(read(a), read(b)))).toBe(order));

  test('takes a million digits and runs of zeros in its stride', () => {
    const long = '7'.repeat(1_000_000);
    expect(Math.sign(compareNumbers(read(`${long}.1`), read(`${long}.2`)))).toBe(-1);
    const zeros = `1${'0'.repeat(1_000_000)}1`;
    expect(sameNumber(read(zeros), read(`${zeros}.${'0'.repeat(1_000_000)}`))).toBe(true);
  });
});

describe('asWritten', () => {
  test.each(['1.10', '0.0', '-0', '1E5', '1e21', '100000000000000000000000', '1e400'])(
    'keeps the text: %s',
    (literal) => {
      const number = asWritten(read(literal), literal);
      expect(number).toBeInstanceOf(ExactNumber);
      expect(String(number)).toBe(literal);
      expect(sameNumber(number, read(literal))).toBe(true);
      expect(sameNumber(read(literal), number)).toBe(true);
      expect(compareNumbers(number, read(literal))).toBe(0);
      expect(sameNumber(number, read('7'))).toBe(false);
    },
  );

  test.each(['0', '-1.5', '1e+21', '123456789012345', '0.1'])('leaves a double that prints the same: %s', (literal) =>
    expect(asWritten(read(literal), literal)).toBe(Number(literal)),
  );
});

describe('numeric strings', () => {
  test.each(['0', '3761', '-0.5', '1152921504606846976', '0.0000001', '1000000000000000000000000'])(
    '%j is the shortest form of a number',
    (text) => expect(sameNumber(numberFromDecimalString(text)!, read(text))).toBe(true),
  );

  test.each([
    '',
    '03761',
    '1.0',
    '1.',
    '.5',
    '1e3',
    '-0',
    '+1',
    ' 1',
    '1 ',
    '1\n',
    '0x10',
    'NaN',
    'Infinity',
    '--1',
    '1_000',
    '１',
  ])('%j is not', (text) => expect(numberFromDecimalString(text)).toBeNull());

  test.each([
    ['03761', 3761],
    ['10.50', 10.5],
    ['1e3', 1000],
    ['-0', -0],
  ])('%j counts as a number in comparisons', (text, number) => expect(numberFromNumericString(text)).toBe(number));

  test.each(['', '+1', ' 1', '0x10', '1.', '.5', 'NaN', 'Infinity', '2024-05-01', '1e', '12abc'])(
    '%j does not',
    (text) => expect(numberFromNumericString(text)).toBeNull(),
  );
});
