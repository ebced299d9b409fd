import { expect, it } from 'vitest';
import { timeBetween } from './time-between.js';

const START = Date.UTC(2026, 2, 1, 12);

it.each([
  [0, '0 ms'],
  [18, '18 ms'],
  [4_349, '4.3 s'],
  [59_999, '1 min'],
  [312_000, '5 min 12 s'],
  [3_600_000, '1 h'],
  [93_784_000, '1 d 2 h'],
  [-5, '0 ms'],
])('%i ms is %s', (milliseconds, text) => {
  expect(timeBetween(new Date(START).toISOString(), new Date(START + milliseconds).toISOString())).toBe(text);
});
