import { expect, it } from 'vitest';
import { inTurns } from './in-turns.js';

const slowly = (item: number): number => {
  const until = performance.now() + 10;
  while (performance.now() < until);
  return item * 2;
};
const items = [1, 2, 3, 4, 5];

it('lets other work have its turn while a list is gone through', async () => {
  const order: string[] = [];
  setImmediate(() => order.push('other work'));
  const results = await inTurns(items, new AbortController().signal, slowly);
  order.push('the list');
  expect([results, order]).toEqual([
    [2, 4, 6, 8, 10],
    ['other work', 'the list'],
  ]);
});

it('ends when it is not wanted any more', async () => {
  const release = new AbortController();
  const done: number[] = [];
  setImmediate(() => release.abort());
  const going = inTurns(items, release.signal, (item) => done.push(slowly(item)));
  await expect(going).rejects.toThrow('aborted');
  expect(done.length).toBeLessThan(items.length);
});
