import { expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.js';

it('forgets what was set the longest ago, and counts what is set again as new', () => {
  const map = new BoundedMap<string | undefined, number>(2);
  map.set(undefined, 1).set('b', 2).set(undefined, 3);
  expect([...map]).toEqual([
    ['b', 2],
    [undefined, 3],
  ]);
  map.set('c', 4).set('d', 5);
  expect([...map.keys()]).toEqual(['c', 'd']);
});
