import { describe, expect, it } from 'vitest';
import { niceTop, stretches } from './scale.js';

describe('the scale of a chart', () => {
  it.each([
    [0, 4],
    [1, 4],
    [3, 4],
    [7, 8],
    [9, 12],
    [41, 80],
    [97, 100],
    [1_204, 2_000],
  ])('reaches for %d up to %d, by whole steps', (greatest, top) => expect(niceTop(greatest)).toBe(top));

  it('has a place for each stretch, and each hour in its own', () => {
    const hours = [{ hour: '2026-03-01T12:00:00.000Z' }, { hour: '2026-03-01T15:00:00.000Z' }];
    const places = stretches(hours, '2026-03-01T12:30:00.000Z', '2026-03-01T16:00:00.000Z', 1);
    expect(places.map(({ items }) => items.length)).toEqual([1, 0, 0, 1]);
    const days = stretches(hours, '2026-03-01T12:30:00.000Z', '2026-03-03T01:00:00.000Z', 24);
    expect(days.map(({ items }) => items.length)).toEqual([2, 0, 0]);
  });
});
