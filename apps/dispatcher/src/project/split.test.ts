import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Part } from './part.js';
import { split, write } from './split.js';
import { writePayload } from './write-payload.js';

const HEAD = '{"timestamp":"2026-06-01T09:30:05.601Z"';

const sizeOf = (parts: Parameters<typeof writePayload>[1]) => writePayload(HEAD, parts, false).byteLength;

/** Parts in containers as payloads have them: those of one container follow each other. */
const parts = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'bb'), fc.constantFrom('c', 'dd'), fc.boolean()), { selector: String })
  .chain((containers) =>
    fc.tuple(
      ...containers.sort().map(([outer, inner, isList]) =>
        fc
          .array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constantFrom<0 | 1>(0, 1)), {
            minLength: 1,
          })
          .map((values) =>
            values.map(
              ([value, records], nth): Part => ({
                path: [outer, inner, isList ? 'ids' : 'byId'],
                name: isList ? null : `n${nth}`,
                value,
                records,
              }),
            ),
          ),
      ),
    ),
  )
  .map((lists) => lists.flat());

test('the pieces are the whole in its order, each as large as it may be', () => {
  fc.assert(
    fc.property(
      parts,
      fc.integer({ min: 2 * (HEAD.length + 1), max: 400 }),
      fc.integer({ min: 1, max: 5 }),
      (all, bytes, records) => {
        const pieces = split(all, HEAD, { bytes, records });
        expect(pieces.flat()).toEqual(all.map(write));
        let at = 0;
        for (const [index, piece] of pieces.entries()) {
          const recordsIn = (count: number) => all.slice(at, at + count).reduce((sum, part) => sum + part.records, 0);
          if (piece.length > 1) {
            expect(sizeOf(piece)).toBeLessThanOrEqual(bytes);
            expect(recordsIn(piece.length)).toBeLessThanOrEqual(records);
          }
          const next = pieces[index + 1];
          if (next !== undefined) {
            const fits = sizeOf([...piece, next[0]!]) <= bytes && recordsIn(piece.length + 1) <= records;
            expect(fits).toBe(false);
          }
          at += piece.length;
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('nothing is no payload', () => {
  expect(split([], HEAD, { bytes: 100, records: 1 })).toEqual([]);
});

test('a head larger than a payload may be is not repeated with every part', () => {
  const ids = Array.from({ length: 2_000 }, (_, nth): Part => ({ path: ['ids'], name: null, value: nth, records: 1 }));
  const head = `{"name":"${'x'.repeat(300_000)}"`;
  const pieces = split(ids, head, { bytes: 256 * 1024, records: 1_000 });
  expect(pieces.map(({ length }) => length)).toEqual([1_000, 1_000]);
});
