import { decodeRecordBatch } from './record-batch.js';
import { batchFormat, fieldAt, fieldsBytes, headBytes } from './record-batch-layout.js';
import type { SourceMessage } from './source-record.js';

/** What the records of one answer may still take in memory, in bytes. */
export interface Room {
  left: number;
}

export interface DecodedBatches {
  messages: SourceMessage[];
  /** The position after the last of them; none without a whole batch. Compaction may have taken the records before it. */
  next?: bigint;
}

/**
 * The records of all whole batches for which there is room; the last batch may be cut off. One that can't be decoded comes as
 * one message that says so.
 */
export async function decodeRecordBatches(bytes: Buffer, room: Room): Promise<DecodedBatches> {
  const decoded: DecodedBatches = { messages: [] };
  for (let at = 0; at + headBytes <= bytes.length && room.left > 0; ) {
    const end = at + headBytes + bytes.readInt32BE(at + fieldAt.length);
    if (end > bytes.length) break;
    const batch = bytes.subarray(at, end);
    try {
      const { messages, weight } = await decodeRecordBatch(batch);
      room.left -= weight;
      for (const message of messages) decoded.messages.push(message);
    } catch (error) {
      decoded.messages.push(undecodable(batch, error));
    }
    decoded.next = lastPositionOf(batch) + 1n;
    at = end;
  }
  return decoded;
}

function undecodable(batch: Buffer, error: unknown): SourceMessage {
  const firstPosition = batch.readBigInt64BE(fieldAt.firstOffset);
  const lastPosition = lastPositionOf(batch);
  const reason = error instanceof Error ? error.message : String(error);
  return {
    offset: lastPosition,
    timestamp: hasFields(batch) ? batch.readBigInt64BE(fieldAt.latestTimestamp) : -1n,
    key: null,
    value: batch,
    headers: [],
    isControlRecord: false,
    batchContext: { producerId: '-1', inTransaction: false },
    undecodable: { firstPosition, lastPosition, reason },
  };
}

/** In an older format, whose first offset is that of its last record, a batch has other things at the same places. */
const hasFields = (batch: Buffer): boolean => batch.length >= fieldsBytes && batch[fieldAt.format] === batchFormat;

function lastPositionOf(batch: Buffer): bigint {
  const firstPosition = batch.readBigInt64BE(fieldAt.firstOffset);
  return hasFields(batch) ? firstPosition + BigInt(batch.readInt32BE(fieldAt.lastOffsetDelta)) : firstPosition;
}
