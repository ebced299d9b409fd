import { expect, it } from 'vitest';
import { duration } from './numbers.js';

it.each([
  [0, '0 s'],
  [5, '5 s'],
  [90, '90 s'],
  [300, '5 min'],
  [36_000, '10 h'],
  [86_400, '1 d'],
  [90_000, '25 h'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));
