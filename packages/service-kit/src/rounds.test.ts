import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { Rounds } from './rounds.js';

/** Longer than any test: a round that comes nevertheless was woken. */
const NEVER_MS = 600_000;

const failed = vi.fn();
let rounds: Rounds;
let count = 0;
const start = (round: () => Promise<void>): void => {
  count = 0;
  failed.mockClear();
  rounds = new Rounds({
    round: () => {
      count += 1;
      return round();
    },
    idleMs: NEVER_MS,
    failed,
  });
  rounds.start();
};
afterEach(() => rounds.stop());

it('goes on at once when it is woken, in a pause or during a round', async () => {
  start(async () => {
    if (count < 3) rounds.wake();
  });
  await vi.waitFor(() => expect(count).toBe(3));
  rounds.wake();
  await vi.waitFor(() => expect(count).toBe(4));
});

it('tells what a round threw, and rests before the next one, also when it had been woken', async () => {
  start(async () => {
    rounds.wake();
    throw new Error('away');
  });
  await vi.waitFor(() => expect(failed).toHaveBeenCalledWith(new Error('away')));
  await pause(20);
  expect(count).toBe(1);
});

it('ends with the round under way, and begins no other', async () => {
  let end = (): void => {};
  start(() => new Promise((resolve) => (end = resolve)));
  let stopped = false;
  rounds.wake();
  const stopping = rounds.stop().then(() => (stopped = true));
  await pause(20);
  expect(stopped).toBe(false);
  end();
  await stopping;
  expect(count).toBe(1);
});
