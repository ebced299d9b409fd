import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import type { Filter } from './filter.js';
import { FilterIndex } from './filter-index.js';
import { parseFilter } from './parse-filter.js';

function filterOf(value: JsonValue): Filter {
  const parsed = parseFilter(value);
  if (!parsed.ok) throw new Error(parsed.faults[0]!.message);
  return parsed.filter;
}

/** A filter whose first condition calls back, so that it does whenever the filter is tried. */
function watched(conditions: JsonValue, tried: () => boolean): Filter {
  const pattern = RE2JS.compile('');
  pattern.test = tried;
  const { root, text } = filterOf(conditions);
  const first = { kind: 'condition', path: ['name'], condition: { operator: '$regex', operand: '', pattern } } as const;
  return { root: { kind: 'and', nodes: [first, root] }, text: `${text} watched` };
}

const matches = <K>(index: FilterIndex<K>, event: JsonValue): K[] => [...index.match(() => event)];
const follow = parseJson(
  '{"dappSlug":"farcaster","followerProfileId":"3761","count":7,"name":"n","at":"2024-05-01","tags":["a","b"]}',
);

describe('which filters are tried', () => {
  test.each<[string, (i: number) => unknown, number]>([
    ['equality', (i) => ({ followerProfileId: 3_000 + i }), 1],
    ['equality beside a condition that all share', (i) => ({ dappSlug: 'farcaster', followerProfileId: 3_000 + i }), 2],
    ['lists', (i) => ({ followerProfileId: { $in: [3_000 + i, 10_000 + i] } }), 1],
    ['arrays that contain a value', (i) => ({ tags: i === 5 ? 'b' : `t${i}` }), 1],
    ['alternatives', (i) => ({ $or: [{ followerProfileId: 3_000 + i }, { name: `x${i}` }] }), 1],
    ['beginnings', (i) => ({ followerProfileId: { $startsWith: String(3_000 + i) } }), 1],
    ['endings', (i) => ({ followerProfileId: { $endsWith: [`${i + 100}761`, String(3_000 + i)] } }), 1],
    ['elements', (i) => ({ tags: { $elemMatch: { $eq: i === 5 ? 'b' : `t${i}` } } }), 1],
    ['bounds', (i) => ({ count: { $gt: i } }), 8],
    ['bounds of time', (i) => ({ at: { $gte: `${2_020 + i}-01-01` } }), 5],
    ['fields', (i) => ({ [i === 5 ? 'count' : `field${i}`]: { $exist: true } }), 2],
  ])('of a thousand by %s: a handful', (_, conditions, most) => {
    const index = new FilterIndex<number>();
    let tried = 0;
    for (let i = 0; i < 1_000; i++) {
      index.add(
        i,
        watched(parseJson(JSON.stringify(conditions(i))), () => ++tried > 0),
      );
    }
    const found = matches(index, follow);
    expect(found.length).toBeGreaterThan(0);
    expect(tried).toBeLessThanOrEqual(most);
  });

  test('of the same text: one', () => {
    const index = new FilterIndex<number>();
    let tried = 0;
    for (let i = 0; i < 1_000; i++)
      index.add(
        i,
        watched({ count: 7 }, () => ++tried > 0),
      );
    expect(matches(index, follow)).toHaveLength(1_000);
    expect(tried).toBe(1);
  });
});

describe('the index', () => {
  test('asks for the event once, and only if a filter needs it', () => {
    const index = new FilterIndex<string>();
    let asked = 0;
    const match = () => [
      ...index.match(() => {
        asked++;
        return follow;
      }),
    ];
    expect(match()).toEqual([]);
    index.add('all', null);
    index.add('all as well', filterOf({}));
    expect(match()).toEqual(['all', 'all as well']);
    expect(asked).toBe(0);
    index.add('some', filterOf({ count: 7 }));
    index.add('others', filterOf({ count: { $neq: 8 } }));
    expect(match()).toEqual(['all', 'all as well', 'some', 'others']);
    expect(asked).toBe(1);
    index.remove('some');
    index.remove('others');
    match();
    expect(asked).toBe(1);
  });

  test('passes on what the event throws, and is whole afterwards', () => {
    const index = new FilterIndex<string>();
    index.add('a', filterOf({ count: 7 }));
    expect(() => [...index.match(() => parseJson('{'))]).toThrow(/the text ends/);
    expect(matches(index, follow)).toEqual(['a']);
  });

  test('hands keys out in the order in which filters came', () => {
    const index = new FilterIndex<number>();
    index.add(3, filterOf({ count: { $gt: 1 } }));
    index.add(1, null);
    index.add(2, filterOf({ tags: 'a' }));
    index.add(9, filterOf({ count: { $gt: 1 } }));
    index.add(4, filterOf({ nothing: { $exist: false } }));
    expect(matches(index, follow)).toEqual([3, 9, 1, 2, 4]);
  });

  test('has each key under one filter, the last one', () => {
    const index = new FilterIndex<string>();
    index.add('a', filterOf({ count: 7 }));
    index.add('a', filterOf({ count: 8 }));
    expect(matches(index, follow)).toEqual([]);
    expect(index.size).toBe(1);
    expect(index.remove('a')).toBe(true);
    expect(index.remove('a')).toBe(false);
    expect(index.size).toBe(0);
  });

  test('goes on with what is there when it changes under a caller that pauses', () => {
    const index = new FilterIndex<string>();
    for (const key of ['a', 'b', 'c']) index.add(key, filterOf({ count: 7 }));
    index.add('d', filterOf({ tags: 'a' }));
    const running = index.match(() => follow);
    expect(running.next().value).toBe('a');
    index.remove('b');
    index.remove('d');
    index.add('e', filterOf({ count: 7 }));
    index.add('f', filterOf({ tags: 'b' }));
    expect([...running]).toEqual(['c']);
    expect(matches(index, follow)).toEqual(['a', 'c', 'e', 'f']);
  });

  test('counts a filter that throws as no match, says so, and nobody else notices', () => {
    const faults: [readonly string[], unknown][] = [];
    const index = new FilterIndex<string>({ onFault: (keys, error) => faults.push([keys, error]) });
    const broken = new Error('a bug');
    index.add('before', filterOf({ count: 7 }));
    index.add(
      'broken',
      watched({ count: 7 }, () => {
        throw broken;
      }),
    );
    index.add('after', null);
    expect(matches(index, follow)).toEqual(['before', 'after']);
    expect(faults).toEqual([[['broken'], broken]]);
  });
});
