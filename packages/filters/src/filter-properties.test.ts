import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { world } from '../test/arbitrary-json.js';
import { referenceHolds } from '../test/reference-interpreter.js';
import { compileFilter, type Predicate } from './compile-filter.js';
import { explainMismatch } from './explain-mismatch.js';
import { FilterIndex } from './filter-index.js';
import { parseFilterText } from './parse-filter.js';

const matches = (index: FilterIndex<number>, event: JsonValue): number[] => [...index.match(() => event)];

/** The filters that were accepted, with their texts, and the events. */
function read({ filters, events }: { filters: string[]; events: string[] }) {
  const parsed = filters.map((text) => ({ text, parsed: parseFilterText(text) }));
  return {
    filters: parsed.flatMap(({ text, parsed }) => (parsed.ok ? [{ text, filter: parsed.filter }] : [])),
    events: events.map((text) => parseJson(text)),
  };
}

/** Random runs take seconds where other work shares the processor. */
const PATIENCE_MS = 60_000;

test(
  'a compiled filter says what the contract says, and there is a reason exactly when it does not match',
  () => {
    let outcomes = 0;
    let matched = 0;
    fc.assert(
      fc.property(world({ filters: 8, events: 8 }), (texts) => {
        const { filters, events } = read(texts);
        for (const { text, filter } of filters) {
          const holds = compileFilter(filter);
          for (const event of events) {
            const expected = referenceHolds(parseJson(text), event);
            expect(holds(event)).toBe(expected);
            expect(explainMismatch(filter, event) === null).toBe(expected);
            outcomes++;
            if (expected) matched++;
          }
        }
      }),
      { numRuns: 2_000 },
    );
    // The comparison is worth something only while both outcomes are common.
    expect(matched / outcomes).toBeGreaterThan(0.15);
    expect(matched / outcomes).toBeLessThan(0.85);
  },
  PATIENCE_MS,
);

test(
  'the index finds the filters that match, whatever came and went before',
  () => {
    const actions = fc.array(
      fc.record({
        key: fc.nat({ max: 30 }),
        choice: fc.nat(),
        action: fc.constantFrom('add', 'add', 'all', 'remove', 'match'),
      }),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(world({ filters: 20, events: 6 }), actions, (texts, steps) => {
        const { filters, events } = read(texts);
        const index = new FilterIndex<number>();
        const known = new Map<number, Predicate>();
        const check = () => {
          expect(index.size).toBe(known.size);
          for (const event of events) {
            const expected = [...known].filter(([, holds]) => holds(event)).map(([key]) => key);
            expect(matches(index, event).toSorted()).toEqual(expected.toSorted());
          }
        };
        for (const { key, choice, action } of steps) {
          const chosen = filters[choice % Math.max(1, filters.length)];
          if (action === 'match') check();
          else if (action === 'remove') expect(index.remove(key)).toBe(known.delete(key));
          else if (action === 'all' || chosen === undefined) {
            index.add(key, null);
            known.set(key, () => true);
          } else {
            index.add(key, chosen.filter);
            known.set(key, compileFilter(chosen.filter));
          }
        }
        check();
        for (const key of known.keys()) index.remove(key);
        known.clear();
        check();
      }),
      { numRuns: 1_000 },
    );
  },
  PATIENCE_MS,
);
