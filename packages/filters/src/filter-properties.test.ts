import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventText, filterText } from '../test/arbitrary-json.js';
import { referenceHolds } from '../test/reference-interpreter.js';
import { compileFilter } from './compile-filter.js';
import { explainMismatch } from './explain-mismatch.js';
import type { Filter } from './filter.js';
import { FilterIndex } from './filter-index.js';
import { parseFilterText } from './parse-filter.js';

function accepted(text: string): Filter {
  const parsed = parseFilterText(text);
  fc.pre(parsed.ok);
  return (parsed as { filter: Filter }).filter;
}

const matches = (index: FilterIndex<number>, event: JsonValue): number[] => [...index.match(() => event)];

test('a compiled filter says what the contract says', () => {
  let outcomes = 0;
  let matched = 0;
  fc.assert(
    fc.property(filterText, fc.array(eventText, { minLength: 1, maxLength: 5 }), (text, events) => {
      const holds = compileFilter(accepted(text));
      for (const event of events.map((source) => parseJson(source))) {
        expect(holds(event)).toBe(referenceHolds(parseJson(text), event));
        outcomes++;
        if (holds(event)) matched++;
      }
    }),
    { numRuns: 8_000 },
  );
  // The arbitraries are worth something only while both outcomes are common.
  expect(matched / outcomes).toBeGreaterThan(0.1);
  expect(matched / outcomes).toBeLessThan(0.9);
});

test('there is a reason exactly when the filter does not match', () => {
  fc.assert(
    fc.property(filterText, eventText, (text, source) => {
      const filter = accepted(text);
      const event = parseJson(source);
      const reason = explainMismatch(filter, event);
      if (compileFilter(filter)(event)) expect(reason).toBeNull();
      else expect(reason).toMatch(/./);
    }),
    { numRuns: 3_000 },
  );
});

test('the index finds the filters that match, whatever came and went before', () => {
  const change = fc.record({
    key: fc.nat({ max: 15 }),
    text: fc.option(filterText, { freq: 6 }),
    remove: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), fc.array(eventText, { maxLength: 4 }), (changes, events) => {
      const index = new FilterIndex<number>();
      const known = new Map<number, (event: JsonValue) => boolean>();
      for (const { key, text, remove } of changes) {
        const parsed = text === null ? null : parseFilterText(text);
        if (remove || parsed?.ok === false) {
          expect(index.remove(key)).toBe(known.delete(key));
          continue;
        }
        index.add(key, parsed === null ? null : parsed.filter);
        known.set(key, parsed === null ? () => true : compileFilter(parsed.filter));
      }
      expect(index.size).toBe(known.size);
      for (const event of events.map((source) => parseJson(source))) {
        const expected = [...known].filter(([, holds]) => holds(event)).map(([key]) => key);
        const found = matches(index, event);
        expect(found.toSorted()).toEqual(expected.toSorted());
        expect(matches(index, event)).toEqual(found);
      }
      for (const key of known.keys()) index.remove(key);
      expect(index.size).toBe(0);
      for (const event of events) expect(matches(index, parseJson(event))).toEqual([]);
    }),
    { numRuns: 1_500 },
  );
});
