import { expect, it } from 'vitest';
import { committedRecords } from './committed-records.js';
import type { FetchedMessage } from './record-conversion.js';

const message = (offset: number, producerId: string, inTransaction: boolean, key = 'k'): FetchedMessage => ({
  offset: String(offset),
  timestamp: '0',
  key: Buffer.from(key),
  value: Buffer.from(String(offset)),
  headers: {},
  isControlRecord: false,
  batchContext: { producerId, inTransaction },
});
const marker = (offset: number, producerId: string, type: 'abort' | 'commit'): FetchedMessage => ({
  ...message(offset, producerId, true),
  key: Buffer.from([0, 0, 0, type === 'abort' ? 0 : 1]),
  isControlRecord: true,
});
const offsets = (messages: readonly FetchedMessage[]) => messages.map(({ offset }) => Number(offset));

it('drops records of aborted transactions and markers, and nothing else', () => {
  const messages = [
    message(0, 'a', true),
    message(1, 'b', true),
    message(2, '-1', false, '\0\0\0\0'),
    message(3, 'a', true),
    marker(4, 'a', 'abort'),
    message(5, 'a', true),
    marker(6, 'b', 'commit'),
    marker(7, 'a', 'commit'),
    message(8, '-1', false),
  ];
  const aborted = [{ producerId: 'a', firstOffset: '0' }];
  expect(offsets(committedRecords(messages, aborted))).toEqual([1, 2, 5, 8]);
});

it('takes the list of aborted transactions in any order, from the middle of one too', () => {
  const messages = [message(10, 'a', true), message(11, 'b', true), marker(12, 'b', 'abort'), marker(13, 'a', 'abort')];
  const aborted = [
    { producerId: 'b', firstOffset: '11' },
    { producerId: 'a', firstOffset: '3' },
  ];
  expect(offsets(committedRecords(messages, aborted))).toEqual([]);
});
