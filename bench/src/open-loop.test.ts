import { expect, test } from 'vitest';
import { openLoop } from './open-loop.js';

test('an answer that does not come keeps nothing from being sent when it is due', async () => {
  const sent: number[] = [];
  let answer: () => void = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const due = await openLoop({
    perSecond: 1_000,
    count: 20,
    send: (number) => {
      sent.push(number);
      // A loop that waited for any of them would never come here.
      if (sent.length === 20) answer();
      return answered;
    },
  });
  expect(sent).toEqual(Array.from({ length: 20 }, (_, number) => number));
  expect(due).toHaveLength(20);
});

test('what is late is due when it was due, not when it was sent', async () => {
  const due = await openLoop({
    perSecond: 100,
    count: 5,
    send: async (number) => {
      const until = performance.now() + 50;
      // The first one keeps the whole process busy for five times its turn.
      while (number === 0 && performance.now() < until);
    },
  });
  const intervals = due.slice(1).map((at, index) => at - (due[index] as number));
  for (const interval of intervals) expect(interval).toBeCloseTo(10, 6);
});

test('it fails when one of them failed', async () => {
  const send = (number: number) => (number === 1 ? Promise.reject(new Error('refused')) : Promise.resolve());
  await expect(openLoop({ perSecond: 1_000, count: 3, send })).rejects.toThrow('refused');
});
