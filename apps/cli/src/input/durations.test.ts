import { expect, it } from 'vitest';
import { durationSeconds, readManySeconds, readSeconds } from './durations.js';

it.each([
  ['90s', 90],
  ['30m', 1_800],
  ['1h', 3_600],
  ['2d', 172_800],
  ['1w', 604_800],
  ['1h30m', 5_400],
])('reads %s', (text, seconds) => {
  expect(durationSeconds(text)).toBe(seconds);
});

it.each(['', '1', 'h', '1y', '30m1h', '-1h', ' 1h', '1.5h'])('takes %j for none', (text) => {
  expect(durationSeconds(text)).toBeNull();
});

it('reads a retry schedule as people write it, and as the API has it', () => {
  expect(readManySeconds('5s,5m,1h')).toEqual([5, 300, 3_600]);
  expect(readManySeconds('0, 5, 0.5')).toEqual([0, 5, 0.5]);
  expect(readManySeconds('[0, 5, 300]')).toEqual([0, 5, 300]);
});

it.each(['', 'soon', '5x', '0x', 'NaN', 'Infinity'])('refuses %j as seconds', (text) => {
  expect(() => readSeconds(text)).toThrow('It is neither a number of seconds nor a time like');
});
