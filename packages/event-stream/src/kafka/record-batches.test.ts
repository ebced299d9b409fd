import { expect, it } from 'vitest';
import { fieldAt, fieldsBytes, headBytes } from './record-batch-layout.js';
import { decodeRecordBatches } from './record-batches.js';

const room = () => ({ left: 1_000_000 });

/** A batch without records, of this format; the fields after it are filled with `rest`. */
function batchOf(firstOffset: bigint, format: number, rest: number): Buffer {
  const batch = Buffer.alloc(fieldsBytes + 20, rest);
  batch.writeBigInt64BE(firstOffset, fieldAt.firstOffset);
  batch.writeInt32BE(batch.length - headBytes, fieldAt.length);
  batch[fieldAt.format] = format;
  return batch;
}

it.each([0, 1])('takes no bytes of a batch of format %i for the position of its last record', async (format) => {
  for (const rest of [0x01, 0xff]) {
    const { messages, next } = await decodeRecordBatches(batchOf(40n, format, rest), room());
    expect(messages).toHaveLength(1);
    expect(next).toBe(41n);
    expect(messages[0]).toMatchObject({
      offset: 40n,
      timestamp: -1n,
      undecodable: { firstPosition: 40n, lastPosition: 40n, reason: `its format is ${format}, not 2` },
    });
  }
});

it('tells the position after the last whole batch, also when compaction left it no records', async () => {
  const emptied = batchOf(40n, 2, 0);
  emptied.writeInt32BE(4, fieldAt.lastOffsetDelta);
  expect(await decodeRecordBatches(emptied, room())).toEqual({ messages: [], next: 45n });
  const cutOff = batchOf(45n, 2, 0).subarray(0, -1);
  expect(await decodeRecordBatches(Buffer.concat([emptied, cutOff]), room())).toEqual({ messages: [], next: 45n });
  expect(await decodeRecordBatches(cutOff, room())).toEqual({ messages: [] });
});
