import { expect, test } from 'vitest';
import { idempotencyKeyOf } from './idempotency-key.js';

const keyOf = (...values: string[]) =>
  idempotencyKeyOf(['Host', 'idempotency-key', ...values.flatMap((value) => ['Idempotency-KEY', value])]);

test.each([
  ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['"8e03978e-40d5"', '8e03978e-40d5'],
  ['a b"c', 'a b"c'],
  ['"a \\"b\\" \\\\c"', 'a "b" \\c'],
  ['x'.repeat(255), 'x'.repeat(255)],
])('%s is a key', (text, key) => {
  expect(keyOf(text)).toBe(key);
});

test.each([
  ['', 'is empty'],
  ['""', 'is empty'],
  ['x'.repeat(256), 'is longer than 255 characters'],
  ['"abc', 'begins with a quote and is no string of structured fields'],
  ['"a"b"', 'begins with a quote and is no string of structured fields'],
  ['"a";b=1', 'begins with a quote and is no string of structured fields'],
  ['a\tb', 'has characters that are not printable ASCII'],
  ['ä', 'has characters that are not printable ASCII'],
])('%.20s is none', (text, cause) => {
  const fault = expect.objectContaining({
    status: 400,
    message: `Idempotency-Key ${cause}`,
    details: { errors: [{ path: 'Idempotency-Key', message: cause }] },
  });
  expect(() => keyOf(text)).toThrow(fault);
});

test('two keys are none', () => {
  expect(() => keyOf('a', 'b')).toThrow('Idempotency-Key is there more than once');
});
