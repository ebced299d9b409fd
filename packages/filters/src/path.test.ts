import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ANY_ELEMENT, formatPath, parsePath } from './path.js';

test.each([
  ['a', ['a']],
  ['a.b', ['a', 'b']],
  ['$.a.$.b', [ANY_ELEMENT, 'a', ANY_ELEMENT, 'b']],
  ['', ['']],
  ['a..b', ['a', '', 'b']],
  ['a.$ref', ['a', '$ref']],
  ['\\$ref', ['$ref']],
  ['a.\\$.b', ['a', '$', 'b']],
  ['a\\.b', ['a.b']],
  ['a\\\\.b', ['a\\', 'b']],
  ['a\\b', ['a\\b']],
])('%j leads to %j', (key, path) => expect(parsePath(key)).toEqual(path));

test('a written path reads as the same path', () => {
  const name = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('$', '.', '\\', 'a') }));
  fc.assert(
    fc.property(fc.array(fc.oneof(name, fc.constant<typeof ANY_ELEMENT>(ANY_ELEMENT)), { minLength: 1 }), (path) => {
      expect(parsePath(formatPath(path))).toEqual(path);
    }),
    { numRuns: 2_000 },
  );
});
