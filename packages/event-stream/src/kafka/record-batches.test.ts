import { expect, it } from 'vitest';
import { fieldAt, fieldsBytes, headBytes } from './record-batch-layout.js';
import { decodeRecordBatches } from './record-batches.js';

const room = () => ({ left: 1_000_000 });

/** A batch without records, of this format; in older ones than 2 all after it are other fields, here filled with `rest`. */
function batchOf(firstOffset: bigint, format: number, rest: number): Buffer {
  const batch = Buffer.alloc(fieldsBytes + 20, rest);
  batch.writeBigInt64BE(firstOffset, fieldAt.firstOffset);
  batch.writeInt32BE(batch.length - headBytes, fieldAt.length);
  batch[fieldAt.format] = format;
  return batch;
}

it.each([0, 1])('takes no bytes of a batch of format %i for the position of its last record', async (format) => {
  for (const rest of [0x01, 0xff]) {
    const messages = await decodeRecordBatches(batchOf(40n, format, rest), room());
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({
      offset: '40',
      timestamp: '-1',
      undecodable: { firstPosition: 40n, lastPosition: 40n, reason: `its format is ${format}, not 2` },
    });
  }
});
