import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Progress, type Step } from './progress.js';

const reported = (position: bigint, open: number): Step => ({ position, reported: true, open });
const closed = (position: bigint): Step => ({ position, reported: false, open: -1 });

test('a partition never worked on has no position until a record came', () => {
  const progress = new Progress(null);
  expect(progress.positionAfter([])).toBeNull();
  progress.begin(40n);
  expect(progress.positionAfter([])).toBe(40n);
  expect(progress.positionAfter([reported(40n, 0)])).toBe(41n);
});

test('a record that is begun but not reported is never passed, also when later ones are complete', () => {
  const progress = new Progress(10n);
  for (const position of [10n, 13n, 20n]) progress.begin(position);
  progress.apply([reported(13n, 0), reported(20n, 0)]);
  expect(progress.positionAfter([])).toBe(10n);
  expect(progress.positionAfter([reported(10n, 0)])).toBe(21n);
});

test('saying what would be does not make it so', () => {
  const progress = new Progress(0n);
  progress.begin(0n);
  expect(progress.positionAfter([reported(0n, 0)])).toBe(1n);
  expect(progress.positionAfter([])).toBe(0n);
});

test('a delivery closes once', () => {
  const progress = new Progress(0n);
  progress.begin(0n);
  expect(progress.close(0n, 'msg_a')).toBe(true);
  expect(progress.close(0n, 'msg_a')).toBe(false);
  expect(progress.close(0n, 'msg_b')).toBe(true);
});

test('what is reported is told apart from what is complete', () => {
  const progress = new Progress(10n);
  expect(progress.recordedAfter([])).toBe(10n);
  for (const position of [10n, 13n, 20n]) progress.begin(position);
  expect(progress.recordedAfter([])).toBe(10n);
  expect(progress.recordedAfter([reported(10n, 2)])).toBe(13n);
  progress.apply([reported(13n, 0), reported(10n, 2)]);
  expect([progress.positionAfter([]), progress.recordedAfter([])]).toEqual([10n, 20n]);
  progress.apply([closed(10n), closed(10n), reported(20n, 0)]);
  expect([progress.positionAfter([]), progress.recordedAfter([])]).toEqual([21n, 21n]);
});

test('what is reported is known over any number of records', () => {
  const progress = new Progress(0n);
  for (let position = 0n; position < 5_000n; position += 1n) {
    progress.begin(position);
    if (position % 10n === 9n) {
      expect(progress.recordedAfter([])).toBe(position - 9n);
      progress.apply(Array.from({ length: 10 }, (_, each) => reported(position - BigInt(each), each === 9 ? 1 : 0)));
      expect(progress.recordedAfter([])).toBe(position + 1n);
      progress.apply([closed(position - 9n)]);
    }
  }
});

/** Records at these positions, each with its number of deliveries; their steps in any order, cut into transactions. */
const history = fc.uniqueArray(fc.bigInt(0n, 60n), { minLength: 1, maxLength: 12 }).chain((positions) =>
  fc.record({
    positions: fc.constant(positions.toSorted((a, b) => (a < b ? -1 : 1))),
    deliveries: fc.array(fc.nat(3), { minLength: positions.length, maxLength: positions.length }),
    shuffle: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
    sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 60, maxLength: 60 }),
    beginInOrder: fc.boolean(),
  }),
);

test('the position is that of the first record that is not complete, whatever the order of completion', () => {
  fc.assert(
    fc.property(history, ({ positions, deliveries, shuffle, sizes, beginInOrder }) => {
      const progress = new Progress(null);
      for (const position of beginInOrder ? positions : positions.toReversed()) progress.begin(position);
      let steps = positions.flatMap((position, n) => [
        reported(position, deliveries[n]!),
        ...Array.from({ length: deliveries[n]! }, () => closed(position)),
      ]);
      steps = steps
        .map((step, n) => ({ step, rank: shuffle[n % shuffle.length]! }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ step }) => step);

      const left = new Map(positions.map((position, n) => [position, 1 + deliveries[n]!]));
      for (let at = 0, cut = 0; at < steps.length; cut += 1) {
        const transaction = steps.slice(at, at + sizes[cut % sizes.length]!);
        at += transaction.length;
        for (const { position } of transaction) left.set(position, left.get(position)! - 1);
        const expected = positions.find((position) => left.get(position)! > 0) ?? positions.at(-1)! + 1n;
        expect(progress.positionAfter(transaction)).toBe(expected);
        progress.apply(transaction);
        expect(progress.positionAfter([])).toBe(expected);
      }
    }),
  );
});
