import { expect, it } from 'vitest';
import { startPositions } from './start-position.js';

/** A topic that has grown by partition 1, of which only one of two brokers has heard. */
function topicsOf(committed: [number, bigint][]) {
  const asked: string[] = [];
  const answer = async <T>(question: string, found: T): Promise<T> => {
    asked.push(question);
    return found;
  };
  const topics = {
    committed: () => answer('committed', new Map(committed)),
    positionsAt: () => answer('positionsAt', new Map([[0, 3n]])),
    ranges: () =>
      answer('ranges', [
        { partition: 0, first: 2n, end: 9n },
        { partition: 1, first: 0n, end: 7n },
      ]),
  };
  return { topics, asked };
}
const reading = (start: 'earliest' | Date) => ({ topic: 't', group: 'g', start });

it('is what the group has committed, else the one of the time, or the oldest', async () => {
  const { topics } = topicsOf([[1, 5n]]);
  const ofTime = startPositions(topics, reading(new Date()));
  expect(await ofTime(0)).toEqual({ position: 3n, isCommitted: false });
  expect(await ofTime(1)).toEqual({ position: 5n, isCommitted: true });
  expect(await startPositions(topics, reading('earliest'))(0)).toEqual({ position: 2n, isCommitted: false });
});

it('is never the end of a partition that the answer lacks', async () => {
  const of = startPositions(topicsOf([]).topics, reading(new Date()));
  const [first, second] = await Promise.allSettled([of(0), of(1)]);
  expect(first).toMatchObject({ value: { position: 3n } });
  expect(second).toMatchObject({ reason: new Error('t has no partition 1') });
});

it('is asked for once for all partitions claimed at once, and starts only where one is missing', async () => {
  const missing = topicsOf([[0, 5n]]);
  const of = startPositions(missing.topics, reading('earliest'));
  await Promise.all([of(0), of(1)]);
  expect(missing.asked).toEqual(['committed', 'ranges']);
  const complete = topicsOf([[0, 5n]]);
  await startPositions(complete.topics, reading('earliest'))(0);
  expect(complete.asked).toEqual(['committed']);
});
