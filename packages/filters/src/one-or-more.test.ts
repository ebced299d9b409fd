import { expect, test } from 'vitest';
import { countOf, forEachItem, hasItem, itemsOf, type OneOrMore, withItem, withoutItem } from './one-or-more.js';

const placeOf = (...items: string[]): OneOrMore<string> | undefined =>
  items.reduce<OneOrMore<string> | undefined>(withItem, undefined);

const called = (place: OneOrMore<string> | undefined): string[] => {
  const found: string[] = [];
  forEachItem(place, (item) => found.push(item));
  return found;
};

test.each([[[]], [['a']], [['a', 'b']], [['b', 'a', 'c']]])('a place holds %j', (items) => {
  const place = placeOf(...items);
  expect([itemsOf(place), called(place), countOf(place)]).toEqual([items, items, items.length]);
  expect(['a', 'b', 'c', 'd'].filter((item) => hasItem(place, item))).toEqual([...items].sort());
});

test('an item that is there already is not put in again', () => {
  expect(itemsOf(placeOf('a', 'a'))).toEqual(['a']);
  expect(itemsOf(placeOf('a', 'b', 'a'))).toEqual(['a', 'b']);
});

test('items are taken out one by one, until nothing is left', () => {
  let place = placeOf('a', 'b', 'c');
  const left = ['b', 'x', 'c', 'a', 'a'].map((item) => {
    place = withoutItem(place, item);
    return itemsOf(place);
  });
  expect(left).toEqual([['a', 'c'], ['a', 'c'], ['a'], [], []]);
  expect(place).toBeUndefined();
});
