import type { PartitionRange } from '@sluice/event-stream/event-stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aChangeEvent, anEvent, BASE, cellChange } from '../testing/samples.js';
import { Storage } from '../testing/storage.js';
import { OwnWrites } from './own-writes.js';

let storage: Storage;

beforeEach(async () => {
  storage = await Storage.open();
});

afterEach(() => storage.close());

const writes = (ranges: () => Promise<PartitionRange[]>) => {
  const { pool, clock, logger } = storage;
  return new OwnWrites({ pool, clock, logger, stream: { ranges } });
};
const ending = (...ends: bigint[]) => writes(async () => ends.map((end, partition) => ({ partition, first: 0n, end })));

/** Begins to wait, and looks on for as long as it would take to see what is there. */
async function waiting(own: OwnWrites): Promise<{ answer: Promise<boolean>; isOver: () => boolean }> {
  let isOver = false;
  const answer = own.recorded(BASE).finally(() => {
    isOver = true;
  });
  for (let looks = 0; looks < 5; looks += 1) await storage.rows('select pg_sleep(0.01)');
  return { answer, isOver: () => isOver };
}

const change = (position: bigint) => aChangeEvent(cellChange(1), { position, id: `event-${position}` });
const base = { accountId: 'account-1', baseId: BASE, given: false };

test('it waits until what the stream has of the base’s partition is recorded, and for no other partition', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(1);
  recorder.event(epoch, { ...change(4n), partition: 1 }, 0, 0, { base, transaction: 1, lists: [], notes: [] });
  await recorder.flushed();
  expect(await ending(100n, 5n).recorded(BASE)).toBe(true);

  const { answer, isOver } = await waiting(ending(100n, 6n));
  expect(isOver()).toBe(false);
  recorder.event(epoch, anEvent({ partition: 1, position: 5n }), 1, 1);
  expect(await answer).toBe(true);
  expect(await storage.rows('select position::int, recorded::int from dispatch.partition')).toEqual([
    { position: 5, recorded: 6 },
  ]);
});

test('as long as no change of the base is recorded it waits for all partitions that hold something', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const { answer, isOver } = await waiting(ending(1n, 0n));
  expect(isOver()).toBe(false);
  recorder.event(epoch, anEvent({ position: 0n }), 0, 0);
  expect(await answer).toBe(true);
});

test('readers are not kept waiting for a stream that can’t say what it has, or dispatchers that record nothing', async () => {
  expect(await writes(() => Promise.reject(new Error('away'))).recorded(BASE)).toBe(false);
  const silent = writes(() => new Promise(() => {}));
  expect(await Promise.all([silent.recorded(BASE), ending(7n).recorded(BASE)])).toEqual([false, false]);
});
