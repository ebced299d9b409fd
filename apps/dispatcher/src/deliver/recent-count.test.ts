import { expect, it } from 'vitest';
import { RecentCount } from './recent-count.js';

it('settles at what comes in half a second', () => {
  const count = new RecentCount();
  for (let now = 0; now < 5_000; now += 2) count.add(now);
  expect(count.at(5_000)).toBeGreaterThan(240);
  expect(count.at(5_000)).toBeLessThan(260);
});

it('forgets what was long ago, and begins with nothing', () => {
  const count = new RecentCount();
  expect(count.at(1e9)).toBe(0);
  for (let i = 0; i < 1_000; i++) count.add(0);
  expect(count.at(0)).toBe(1_000);
  expect(count.at(10_000)).toBeLessThan(1);
});
