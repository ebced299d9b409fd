import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { PositionCommits } from './position-commits.js';

/** A broker's side whose answers the test gives. */
function commits() {
  const told: { positions: [number, bigint][]; answer(error?: Error): void }[] = [];
  const positions = new PositionCommits(
    (sent) =>
      new Promise((resolve, reject) => {
        told.push({ positions: [...sent], answer: (error) => (error ? reject(error) : resolve()) });
      }),
  );
  return { told, positions };
}

it('tells again what was not stored, or the newer position in its place', async () => {
  const { told, positions } = commits();
  positions.set(0, 5n);
  positions.set(1, 7n);
  const first = positions.send();
  positions.set(0, 6n);
  told[0]!.answer(new Error('not now'));
  await expect(first).rejects.toThrow('not now');
  const second = positions.send();
  expect(told[1]?.positions).toEqual([
    [0, 6n],
    [1, 7n],
  ]);
  told[1]!.answer();
  await second;
  await positions.send();
  expect(told).toHaveLength(2);
});

it('tells one thing at a time, and all of it before a flush is over', async () => {
  const { told, positions } = commits();
  positions.set(0, 5n);
  void positions.send();
  positions.set(0, 9n);
  void positions.send();
  expect(told).toHaveLength(1);
  let over = false;
  const flushed = positions.flush(0).then(() => {
    over = true;
  });
  told[0]!.answer();
  await expect.poll(() => told.length).toBe(2);
  expect(told[1]?.positions).toEqual([[0, 9n]]);
  await turn();
  expect(over).toBe(false);
  told[1]!.answer();
  await flushed;
});
