import { expect, it } from 'vitest';
import { indentedJson } from './indented-json.js';

it('puts each member on a line of its own, and changes nothing else', () => {
  expect(indentedJson('{"a":[1.10,12345678901234567890],"b":{},"c":[ ],"d":"{,:\\"}"}')).toBe(
    [
      '{',
      '  "a": [',
      '    1.10,',
      '    12345678901234567890',
      '  ],',
      '  "b": {},',
      '  "c": [],',
      '  "d": "{,:\\"}"',
      '}',
    ].join('\n'),
  );
});

it('leaves what is no object or list as it is', () => {
  expect(indentedJson('"a b"')).toBe('"a b"');
  expect(indentedJson('-1.50e+2')).toBe('-1.50e+2');
});
