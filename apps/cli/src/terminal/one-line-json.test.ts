import { expect, it } from 'vitest';
import { oneLineJson } from './one-line-json.js';

it('takes the line breaks out of JSON, and nothing else', () => {
  expect(oneLineJson('{\n  "n": 12345678901234567890,\r\n  "t": "a\\n  b"\n}\n')).toBe(
    '{ "n": 12345678901234567890, "t": "a\\n  b" }',
  );
});

it('leaves other text as it is', () => {
  expect(oneLineJson('a\n b')).toBe('a\n b');
});
