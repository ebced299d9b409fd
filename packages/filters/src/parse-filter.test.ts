import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FilterFault } from './parse-filter.js';
import { parseFilter, parseFilterText } from './parse-filter.js';

function faultsOf(filter: unknown): FilterFault[] {
  const parsed = parseFilterText(typeof filter === 'string' ? filter : JSON.stringify(filter));
  return parsed.ok ? [] : parsed.faults;
}

const levels = (depth: number, inner: unknown): unknown =>
  depth === 0 ? inner : { [depth % 2 ? '$and' : '$or']: [levels(depth - 1, inner)] };

describe('parsing a filter', () => {
  test.each([
    [{}],
    [{ a: 1 }],
    [{ 'a.b.c': null }],
    [{ a: { b: { c: [1, { $ref: 2 }] } } }],
    [{ '$.socialCapital.$.socialCapitalRank': { $lt: 100 } }],
    [{ 'items.$.sku': 'x', items: { $: { 'variants.$.color': 'red' } } }],
    [{ 'items.$': { sku: 'x' } }],
    [{ '': 1, 'a..b': 2 }],
    [{ a: { $gt: 1, $lt: 5, $neq: 3, $or: [{ b: 1 }] } }],
    [{ a: { $: { b: 1 } } }],
    [{ a: { $eq: {} }, b: { $eq: { $gt: 1 } } }],
    [{ a: { $or: [{ $gt: 1 }, { b: 2 }] } }],
    [{ a: { $in: [] } }],
    [{ a: { $not: { $regex: '^x' } } }],
    [{ a: { $gte: '2024-05-01T00:00:00Z', $lt: '0012.50' } }],
    [{ tags: { $elemMatch: { $startsWith: ['a', 'b'] } } }],
    [{ 'a.b': { $elemMatch: { c: 1 } } }],
    [{ '\\$ref': 1, 'a\\.b': 2 }],
    [levels(10, { a: 1 })],
  ])('accepts %j', (filter) => expect(faultsOf(filter)).toEqual([]));

  test.each<[unknown, string, RegExp]>([
    ['[]', '', /is an object/],
    ['null', '', /is an object/],
    ['{"a":1,"a":2}', '', /duplicate member "a" \(byte 7\)/],
    ['{', '', /not valid JSON/],
    [{ a: { $foo: 1 } }, 'a.$foo', /unknown operator \$foo; there are \$and, \$or/],
    [{ $ref: 'x' }, '$ref', /unknown operator \$ref/],
    [{ $eq: 1 }, '$eq', /needs a path/],
    [{ $or: [{ $gt: 1 }] }, '$or[0].$gt', /needs a path/],
    [{ a: {} }, 'a', /empty object says nothing/],
    [{ a: { $in: 'x' } }, 'a.$in', /takes an array/],
    [{ a: { $nin: { b: 1 } } }, 'a.$nin', /takes an array/],
    [{ a: { $gt: {} } }, 'a.$gt', /takes a number or an ISO 8601 timestamp/],
    [{ a: { $gte: null } }, 'a.$gte', /takes a number or/],
    [{ a: { $lt: 'soon' } }, 'a.$lt', /takes a number or/],
    [{ a: { $lte: [1] } }, 'a.$lte', /takes a number or/],
    [{ a: { $exist: 1 } }, 'a.$exist', /takes true or false/],
    [{ a: { $regex: 1 } }, 'a.$regex', /takes a string/],
    [{ a: { $regex: '(' } }, 'a.$regex', /not RE2 syntax: .*missing closing/],
    [{ a: { $regex: '(a)\\1' } }, 'a.$regex', /not RE2 syntax/],
    [{ a: { $regex: 'a(?=b)' } }, 'a.$regex', /not RE2 syntax/],
    [{ a: { $regex: '(?<!a)b' } }, 'a.$regex', /not RE2 syntax/],
    [{ a: { $startsWith: 1 } }, 'a.$startsWith', /takes a string or an array of strings/],
    [{ a: { $endsWith: ['x', 1] } }, 'a.$endsWith', /takes a string or an array of strings/],
    [{ a: { $elemMatch: 1 } }, 'a.$elemMatch', /takes a filter/],
    [{ $not: [] }, '$not', /takes a filter/],
    [{ $or: [] }, '$or', /\$or is empty/],
    [{ a: { $and: [] } }, 'a.$and', /\$and is empty/],
    [{ a: { $elemMatch: {} } }, 'a.$elemMatch', /\$elemMatch is empty/],
    [{ a: { $startsWith: [] } }, 'a.$startsWith', /\$startsWith is empty/],
    [{ a: { $not: { $endsWith: [] } } }, 'a.$not.$endsWith', /\$endsWith is empty/],
    [{ a: { $gt: 1, b: 2 } }, 'a', /operator \$gt and the path b stand side by side/],
    [{ a: { b: { 'c.d': 2, $exist: true } } }, 'a.b', /operator \$exist and the path c\.d stand side by side/],
    [{ a: { $: 1, $eq: 2 } }, 'a', /operator \$eq and the path \$ stand side by side/],
    [{ a: { $elemMatch: { $gt: 1, b: 2 } } }, 'a.$elemMatch', /side by side/],
    [{ $or: [{ a: { $lt: 1, $foo: 2, b: 2 } }] }, '$or[0].a', /side by side/],
    [{ $or: { a: 1 } }, '$or', /takes an array of filters/],
    [{ $and: [1] }, '$and[0]', /takes an array of filters \(objects\)/],
    [{ a: { b: { $or: [{ $gt: 1 }, { c: { $nope: 1 } }] } } }, 'a.b.$or[1].c.$nope', /unknown operator/],
    [{ 'items.$': 1 }, 'items.$', /can't end in "\$"/],
    [{ items: { $: { $eq: 1 } } }, 'items.$.$eq', /can't end in "\$"/],
    [{ $: 1 }, '$', /can't end in "\$"/],
  ])('refuses %j at %s', (filter, path, message) => {
    const faults = faultsOf(filter);
    expect(faults).toHaveLength(1);
    expect(faults[0]!.path).toBe(path);
    expect(faults[0]!.message).toMatch(message);
  });

  test('names every fault, up to twenty', () => {
    expect(faultsOf({ a: { $x: 1 }, b: { $in: 1 } }).map(({ path }) => path)).toEqual(['a.$x', 'b.$in']);
    expect(faultsOf(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`$x${i}`, 1])))).toHaveLength(20);
  });
});

describe('limits', () => {
  const conditions = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, 1]));
  const list = (count: number) => Array.from({ length: count }, (_, i) => i);

  test.each<[string, unknown, unknown, string]>([
    ['levels of path', { 'a.b.c': 1 }, { 'a.b.c.d': 1 }, '4 levels of path: at most 3 are allowed'],
    ['levels, nested', { a: { b: { c: 1 } } }, { a: { 'b.c': { d: 1 } } }, '4 levels of path: at most 3 are allowed'],
    [
      'levels through $elemMatch',
      { a: { $elemMatch: { 'b.c': 1 } } },
      { 'a.b': { $elemMatch: { 'c.d': 1 } } },
      '4 levels of path: at most 3 are allowed',
    ],
    [
      '$ steps',
      { [`${'$.'.repeat(10)}a`]: 1 },
      { [`${'$.'.repeat(11)}a`]: 1 },
      '11 "$" steps in a path: at most 10 are allowed',
    ],
    [
      'levels of logic',
      levels(10, { a: 1 }),
      levels(11, { a: 1 }),
      '11 levels of $and and $or: at most 10 are allowed',
    ],
    ['conditions', conditions(256), conditions(257), '257 conditions: at most 256 are allowed'],
    [
      'conditions in one object',
      { $and: [conditions(255), { $not: { z: 1 } }] },
      { $and: [conditions(255), { a: { $elemMatch: { b: 1 } } }] },
      '257 conditions: at most 256 are allowed',
    ],
    ['$in', { a: { $in: list(1_000) } }, { a: { $in: list(1_001) } }, '$in has 1001 values: at most 1,000 are allowed'],
    [
      '$nin',
      { a: { $nin: list(1_000) } },
      { a: { $nin: list(1_001) } },
      '$nin has 1001 values: at most 1,000 are allowed',
    ],
    [
      'regex',
      { a: { $regex: 'é'.repeat(1_000) } },
      { a: { $regex: 'x'.repeat(1_001) } },
      '$regex has 1001 characters: at most 1,000 are allowed',
    ],
    [
      'regex repetition',
      { a: { $regex: '[a-f]{1000}' } },
      { a: { $regex: '[a-f]{1000}[a-f]{1000}' } },
      '$regex repeats too much: it compiles to more than 2,000 steps',
    ],
  ])('%s', (_, within, beyond, message) => {
    expect(faultsOf(within)).toEqual([]);
    expect(faultsOf(beyond).map((fault) => fault.message)).toEqual([message]);
  });

  test('bytes of filter', () => {
    const filter = (bytes: number) => JSON.stringify({ a: 'x'.repeat(bytes - '{"a":""}'.length) });
    expect(faultsOf(filter(16_384))).toEqual([]);
    const message = 'the filter has 16385 bytes: at most 16384 (16 KiB) are allowed';
    expect(faultsOf(filter(16_385))).toEqual([{ path: '', message }]);
    expect(parseFilter(parseJson(filter(16_385)))).toEqual({ ok: false, faults: [{ path: '', message }] });
  });

  test('nesting', () => {
    const nots = (depth: number): JsonValue => (depth === 0 ? { a: 1 } : { $not: nots(depth - 1) });
    expect(parseFilter(nots(99)).ok).toBe(true);
    expect(parseFilter(nots(50_000 / 10))).toEqual({
      ok: false,
      faults: [{ path: '', message: 'nesting deeper than 100' }],
    });
  });
});

test('never throws, whatever the JSON', () => {
  const key = fc.oneof(
    fc.constantFrom(
      '$and',
      '$or',
      '$not',
      '$in',
      '$gt',
      '$eq',
      '$regex',
      '$elemMatch',
      '$exist',
      '$',
      '$.a',
      'a.$',
      'a',
      '__proto__',
      '',
    ),
    fc.string(),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom(null, true, 1, 'x', '(', '2024-05-01', -0),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(value, (filter) => {
      const text = JSON.stringify(filter);
      const parsed = parseFilterText(text);
      if (parsed.ok) expect(parseFilterText(parsed.filter.text).ok).toBe(true);
      else expect(parsed.faults.length).toBeGreaterThan(0);
    }),
    { numRuns: 3_000 },
  );
  fc.assert(fc.property(fc.string(), (text) => void parseFilterText(text)));
});
