import { expect, test } from 'vitest';
import { toRecord } from './record-conversion.js';

test('a record that is held keeps nothing of its fetch but its own bytes', () => {
  const fetched = Buffer.alloc(4 * 1024 * 1024, 'x');
  const { value } = toRecord(0, {
    offset: '7',
    timestamp: '0',
    key: null,
    value: fetched.subarray(100, 200),
    headers: {},
    isControlRecord: false,
    batchContext: { producerId: '-1', inTransaction: false },
  });
  expect(value).toEqual(fetched.subarray(100, 200));
  expect(value?.buffer.byteLength).toBeLessThanOrEqual(Math.max(Buffer.poolSize, 100));
});
