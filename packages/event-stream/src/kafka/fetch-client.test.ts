import { expect, it } from 'vitest';
import { type AnsweredPartition, fetched } from './fetch-client.js';
import type { LogMessage } from './record-conversion.js';
import { SourceRecord } from './source-record.js';

const mode = {
  toRecord: (partition: number, message: LogMessage) => new SourceRecord(partition, { ...message, headers: [] }),
};

function answerOf(offsets: number[], next?: bigint): AnsweredPartition {
  return {
    partition: 0,
    highWatermark: '100',
    lastStableOffset: '100',
    abortedTransactions: null,
    messages: offsets.map((offset) => ({
      offset: String(offset),
      timestamp: '0',
      key: null,
      value: null,
      isControlRecord: false,
      batchContext: { producerId: '-1', inTransaction: false },
    })),
    ...(next === undefined ? {} : { next }),
  };
}

it.each([
  { answer: 'nothing', offsets: [], next: undefined, from: 40n, to: 40n, positions: [] },
  { answer: 'records', offsets: [40, 41], next: undefined, from: 41n, to: 42n, positions: [41n] },
  { answer: 'records before a gap', offsets: [40, 41], next: 60n, from: 41n, to: 60n, positions: [41n] },
  { answer: 'a batch whose records are gone', offsets: [], next: 60n, from: 40n, to: 60n, positions: [] },
  { answer: 'the gap after the records', offsets: [40, 41], next: 60n, from: 50n, to: 60n, positions: [] },
  { answer: 'such a gap, its end not told', offsets: [40, 41], next: undefined, from: 50n, to: 51n, positions: [] },
  { answer: 'only what is before the position', offsets: [], next: 39n, from: 40n, to: 40n, positions: [] },
])('goes on after $answer', ({ offsets, next, from, to, positions }) => {
  const { next: reached, records } = fetched(answerOf(offsets, next), from, mode);
  expect(reached).toBe(to);
  expect(records.map(({ position }) => position)).toEqual(positions);
});
