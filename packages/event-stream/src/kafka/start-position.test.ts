import { expect, it } from 'vitest';
import { startPosition } from './start-position.js';

/** A topic that has grown by partition 1, of which only one of two brokers has heard. */
const topics = {
  positionsAt: async () => new Map([[0, 3n]]),
  ranges: async () => [
    { partition: 0, first: 2n, end: 9n },
    { partition: 1, first: 0n, end: 7n },
  ],
};

it('is the one of the time, or the oldest', async () => {
  expect(await startPosition(topics, 't', 0, new Date())).toBe(3n);
  expect(await startPosition(topics, 't', 1, 'earliest')).toBe(0n);
});

it('is never the end of a partition that the answer lacks', async () => {
  await expect(startPosition(topics, 't', 1, new Date())).rejects.toThrow('t has no partition 1');
});
