import { parseJson } from '@sluice/exact-json/parse-json';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { world } from '../test/arbitrary-json.js';
import { sameValue } from './equality.js';
import { ValueMap } from './value-map.js';

test('two values are one key exactly when they are equal', () => {
  fc.assert(
    fc.property(world({ filters: 1, events: 8 }), ({ events }) => {
      const values = events.map((text) => parseJson(text));
      for (const [index, value] of values.entries()) {
        const map = new ValueMap<number>();
        map.set(value, index);
        for (const other of values) expect(map.get(other)).toBe(sameValue(value, other) ? index : undefined);
        map.delete(value);
        expect(map.size).toBe(0);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('the order of members does not matter', () => {
  const map = new ValueMap<true>();
  map.set(parseJson('{"a":1,"b":{"c":[2],"d":null}}'), true);
  expect(map.get(parseJson('{"b":{"d":null,"c":["2"]},"a":1.0}'))).toBe(true);
});
