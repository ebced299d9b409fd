import { expect, it } from 'vitest';
import { RecentIds } from './recent-ids.js';

it('knows an id again, and forgets the oldest of too many', () => {
  const ids = new RecentIds();
  expect([ids.isNew('a'), ids.isNew('a')]).toEqual([true, false]);
  for (let number = 0; number < 10_000; number++) ids.isNew(String(number));
  expect([ids.isNew('9999'), ids.isNew('a')]).toEqual([false, true]);
});
