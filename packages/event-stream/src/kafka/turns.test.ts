import { expect, it } from 'vitest';
import { Turns } from './turns.js';

it('lets each come first in its turn, also when others come and go', () => {
  const turns = new Turns();
  const order = (...partitions: number[]) =>
    turns.order(partitions.map((partition) => ({ partition }))).map(({ partition }) => partition);
  expect(order(2, 0, 1)).toEqual([0, 1, 2]);
  expect(order(0, 1, 2)).toEqual([1, 2, 0]);
  expect(order(0, 2)).toEqual([2, 0]);
  expect(order(0, 1, 2)).toEqual([0, 1, 2]);
  expect(order(2)).toEqual([2]);
  expect(order()).toEqual([]);
  expect(order(5, 3)).toEqual([3, 5]);
});
