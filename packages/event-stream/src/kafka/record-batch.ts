import { decompressorOf } from './codecs.js';
import { fieldAt, fieldsBytes, batchFormat as format } from './record-batch-layout.js';
import { RecordCursor } from './record-cursor.js';
import type { SourceMessage } from './source-record.js';

const attribute = { codec: 0x07, logAppendTime: 0x08, transaction: 0x10, control: 0x20 } as const;
/** Records and headers of one batch; each costs memory although it may hold next to nothing. */
const mostEntries = 1_000_000;
/** What a record or header costs beyond its bytes, about. */
const bytesPerEntry = 100;

export interface DecodedBatch {
  messages: SourceMessage[];
  /** About what they take in memory, in bytes. */
  weight: number;
}

/**
 * The records of one whole batch, markers too, with all headers in the order in which they were written. kafkajs' own decoder
 * makes an object of the headers: it mixes up those named like what every object has, and takes time squared to their number.
 *
 * @throws Error saying what is wrong when the batch is damaged, of an unknown compression, or decompressed too large.
 */
export async function decodeRecordBatch(batch: Buffer): Promise<DecodedBatch> {
  if (batch.length < fieldsBytes) throw new Error('it ends within its head');
  if (batch[fieldAt.format] !== format) throw new Error(`its format is ${batch[fieldAt.format]}, not ${format}`);
  const count = batch.readInt32BE(fieldAt.count);
  if (count > mostEntries) throw new Error(`it has ${count} records, more than ${mostEntries}`);
  const attributes = batch.readInt16BE(fieldAt.attributes);
  const decompress = decompressorOf(attributes & attribute.codec);
  const written = batch.subarray(fieldsBytes);
  const bytes = decompress && count > 0 ? await decompress(written) : written;
  const records = new RecordCursor(bytes);
  const context: Context = {
    firstOffset: batch.readBigInt64BE(fieldAt.firstOffset),
    firstTimestamp: batch.readBigInt64BE(fieldAt.firstTimestamp),
    appendTime: attributes & attribute.logAppendTime ? batch.readBigInt64BE(fieldAt.latestTimestamp) : null,
    isControlRecord: (attributes & attribute.control) > 0,
    batchContext: {
      producerId: batch.readBigInt64BE(fieldAt.producerId).toString(),
      inTransaction: (attributes & attribute.transaction) > 0,
    },
  };
  const messages: SourceMessage[] = [];
  let entries = 0;
  for (let index = 0; index < count; index += 1) {
    const record = records.slice();
    if (record === null) throw new Error('a record has no length');
    const message = decodeRecord(new RecordCursor(record), context, mostEntries - entries);
    entries += 1 + message.headers.length;
    messages.push(message);
  }
  return { messages, weight: bytes.length + entries * bytesPerEntry };
}

interface Context {
  firstOffset: bigint;
  firstTimestamp: bigint;
  /** Of all records, where the log gives the time. */
  appendTime: bigint | null;
  isControlRecord: boolean;
  batchContext: SourceMessage['batchContext'];
}

function decodeRecord(cursor: RecordCursor, context: Context, mostHeaders: number): SourceMessage {
  cursor.byte();
  const timestamp = context.firstTimestamp + cursor.varlong();
  const offset = context.firstOffset + BigInt(cursor.varint());
  const key = cursor.slice();
  const value = cursor.slice();
  const count = cursor.varint();
  if (count < 0) throw new Error('a record has no number of headers');
  if (count > mostHeaders) throw new Error(`it has more than ${mostEntries} records and headers`);
  const headers: [string, Buffer | null][] = [];
  for (let index = 0; index < count; index += 1) {
    const name = cursor.slice();
    if (name === null) throw new Error('a header has no name');
    headers.push([name.toString('utf8'), cursor.slice()]);
  }
  return {
    offset,
    timestamp: context.appendTime ?? timestamp,
    key,
    value,
    headers,
    isControlRecord: context.isControlRecord,
    batchContext: context.batchContext,
  };
}
