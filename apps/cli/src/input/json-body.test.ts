import { expect, it } from 'vitest';
import { JsonText, jsonBody } from './json-body.js';

it('keeps the digits of what was typed, and leaves out what was not said', () => {
  const filter = JsonText.of('--filter', '{"n": 12345678901234567890.10}');
  expect(jsonBody({ filter, a: undefined, b: null, c: 'x' })).toBe(
    '{"filter":{"n": 12345678901234567890.10},"b":null,"c":"x"}',
  );
});

it('names the option whose value is no JSON', () => {
  expect(() => JsonText.of('--filter', '{n:1}')).toThrow(/^sluice: --filter: /);
});
