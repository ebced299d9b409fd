import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDispatchPool } from '../database/dispatch-pool.js';
import type { IdentifiedEvent } from '../model/delivery.js';
import { anEvent } from '../testing/samples.js';
import { Storage } from '../testing/storage.js';

let storage: Storage;

beforeEach(async () => {
  storage = await Storage.open();
});

afterEach(() => storage.close());

test('within a batch, before it is written and after, the same identity at a later position is a duplicate', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  const first = anEvent({ position: 1n });
  const again = anEvent({ position: 2n });
  const other = anEvent({ position: 3n, id: 'other' });
  expect(await recorder.duplicates([first, again, other])).toEqual(new Set([again]));

  recorder.event(epoch, first, 0, 0);
  expect(await recorder.duplicates([again, other])).toEqual(new Set([again]));
  await recorder.flushed();
  expect(await recorder.duplicates([again, other])).toEqual(new Set([again]));
  // The record itself, handed out again after a crash, is no duplicate of its own row.
  expect(await recorder.duplicates([first])).toEqual(new Set());
});

test('a copy in another partition counts once it is settled there for good, so two copies never cancel each other', async () => {
  const { recorder } = storage.recorder();
  const here = await recorder.take(0);
  const there = await recorder.take(1);
  const one = anEvent({ partition: 0, position: 5n });
  const copy = anEvent({ partition: 1, position: 9n });
  recorder.event(here.epoch, one, 1, 1);
  recorder.event(there.epoch, copy, 1, 1);
  await recorder.flushed();
  expect(await recorder.duplicates([one])).toEqual(new Set());
  expect(await recorder.duplicates([copy])).toEqual(new Set());

  recorder.skip(here.epoch, { partition: 0, position: 6n });
  const third = await recorder.take(2);
  recorder.event(third.epoch, anEvent({ partition: 2, position: 1n }), 0, 0);
  await recorder.flushed();
  expect(await recorder.duplicates([one, copy])).toEqual(new Set([one, copy]));
});

test('an identity is remembered for the window and no longer', async () => {
  const { recorder } = storage.recorder({ dedupWindowMs: 3_600_000 });
  const { epoch } = await recorder.take(0);
  recorder.event(epoch, anEvent({ position: 1n, acceptedAt: '2026-03-01T23:30:00Z' }), 0, 0);
  const within = anEvent({ position: 2n, acceptedAt: '2026-03-02T00:29:00Z' });
  const after = anEvent({ position: 3n, acceptedAt: '2026-03-02T00:31:00Z' });
  expect(await recorder.duplicates([within])).toEqual(new Set([within]));
  expect(await recorder.duplicates([after])).toEqual(new Set());
  await recorder.flushed();
  expect(await recorder.duplicates([within])).toEqual(new Set([within]));
  expect(await recorder.duplicates([after])).toEqual(new Set());
});

test('the same id from another account or source is another event', async () => {
  const { recorder } = storage.recorder();
  const { epoch } = await recorder.take(0);
  recorder.event(epoch, anEvent({ position: 1n }), 0, 0);
  await recorder.flushed();
  const others = [anEvent({ position: 2n, accountId: 'account-2' }), anEvent({ position: 3n, source: '/feeds/2' })];
  expect(await recorder.duplicates(others)).toEqual(new Set());
});

test('the look-up reads what it looks for, although it was first made while the table was small', async () => {
  const events = (from: number, count: number) =>
    Array.from({ length: count }, (_, n) => anEvent({ position: BigInt(from + n), id: `event-${from + n}` }));
  const pool = openDispatchPool(storage.url, 1);
  const { recorder } = storage.recorder({ pool });
  const { epoch } = await recorder.take(0);
  const record = async (some: IdentifiedEvent[]) => {
    for (const event of some) recorder.event(epoch, event, 0, 0);
    await recorder.flushed();
  };
  await record(events(1, 30));
  await storage.rows('analyze dispatch.event');
  // PostgreSQL may keep the plan of a statement from its sixth time on, when one for any number of events seems cheaper.
  for (let from = 3_000; from < 4_000; from += 100) await recorder.duplicates(events(from, 100));
  await record(events(41, 2_000));
  const read = async (): Promise<number> => {
    await pool.query('select pg_stat_force_next_flush()');
    const [row] = await storage.rows<{ read: string }>(
      `select sum(idx_tup_read + idx_tup_fetch) as read from pg_stat_user_indexes where relname = 'event_default'`,
    );
    return Number(row?.read);
  };
  const before = await read();
  expect(await recorder.duplicates(events(5_000, 500))).toEqual(new Set());
  expect((await read()) - before).toBeLessThan(500);
});
