import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bounds } from './bounds.js';

const bound = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0.5),
);
const step = fc.record({ remove: fc.boolean(), bound, item: fc.nat({ max: 5 }) });

test('bounds find what a list of pairs finds, however the changes and the questions alternate', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.array(step, { maxLength: 50 }), bound), { maxLength: 6 }), (rounds) => {
      const bounds = new Bounds<string>();
      const pairs = new Map<string, number>();
      for (const [steps, value] of rounds) {
        for (const { remove, bound, item } of steps) {
          const name = `${item} under ${bound}`;
          if (remove) {
            bounds.delete(bound, name);
            pairs.delete(name);
          } else {
            bounds.add(bound, name);
            pairs.set(name, bound);
          }
        }
        const [up, down] = [new Set<string>(), new Set<string>()];
        bounds.upTo(value, (name) => up.add(name));
        bounds.from(value, (name) => down.add(name));
        const expected = (holds: (bound: number) => boolean) =>
          [...pairs].filter(([, bound]) => holds(bound)).map(([name]) => name);
        expect([...up].sort()).toEqual(expected((bound) => bound <= value).sort());
        expect([...down].sort()).toEqual(expected((bound) => bound >= value).sort());
        expect(bounds.size).toBe(pairs.size);
      }
    }),
  );
});
