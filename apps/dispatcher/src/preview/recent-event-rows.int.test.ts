import { afterAll, beforeAll, expect, test } from 'vitest';
import { anEvent } from '../testing/samples.js';
import { Storage } from '../testing/storage.js';
import { RECENT, readRecent, writeRecent } from './recent-event-rows.js';

let storage: Storage;

beforeAll(async () => {
  storage = await Storage.open();
});
afterAll(() => storage.close());

test(`of events that were accepted in one moment the last ${RECENT} are kept, and read from the last one on`, async () => {
  const key = { recipient: 'account-1', type: 'batch' };
  const ofBatch = (from: number) =>
    Array.from({ length: RECENT }, (_, at) => {
      const position = from + at;
      return { key, event: anEvent({ id: `event-${position}`, type: 'batch', position: BigInt(position) }) };
    });
  await writeRecent(storage.pool, ofBatch(0));
  await writeRecent(storage.pool, ofBatch(RECENT));

  const expected = Array.from({ length: RECENT }, (_, at) => `event-${2 * RECENT - 1 - at}`);
  const ids = (await readRecent(storage.pool, 'account-1', ['batch'])).map(({ id }) => id);
  expect(ids).toEqual(expected);
  expect((await readRecent(storage.pool, 'account-1', ['batch'], 10)).map(({ id }) => id)).toEqual(ids.slice(0, 10));
});
