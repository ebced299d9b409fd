import { expect, it } from 'vitest';
import { SourceRecord } from './kafka/source-record.js';
import { recordBytes } from './record-bytes.js';

it("counts the headers of somebody else's record, those that hold nothing too", () => {
  const record = (headers: [string, Buffer | null][]) =>
    new SourceRecord(0, {
      ...{ offset: '0', timestamp: '0', key: null, value: Buffer.alloc(10), isControlRecord: false, headers },
      batchContext: { producerId: '-1', inTransaction: false },
    });
  expect(recordBytes(record([]))).toBe(10);
  expect(recordBytes(record([['n', Buffer.alloc(5_000)]]))).toBeGreaterThan(5_010);
  expect(recordBytes(record(Array.from({ length: 1_000 }, () => ['', null])))).toBeGreaterThan(50_000);
});
