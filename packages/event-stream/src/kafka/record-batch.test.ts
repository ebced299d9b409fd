import { createRequire } from 'node:module';
import { CompressionTypes } from 'kafkajs';
import { expect, it } from 'vitest';
import { decodeRecordBatch } from './record-batch.js';
import { fieldAt, fieldsBytes } from './record-batch-layout.js';
import type { FetchedMessage } from './record-conversion.js';
import { SourceRecord } from './source-record.js';

type Headers = Record<string, Buffer | string | (Buffer | string)[]>;
interface Written {
  offsetDelta: number;
  timestampDelta?: number;
  key?: Buffer | string | null;
  value?: Buffer | string | null;
  headers?: Headers;
}

const require = createRequire(import.meta.url);
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0');
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0');
const decodeByKafkajs = require('kafkajs/src/protocol/recordBatch/v0/decoder');
const Decoder = require('kafkajs/src/protocol/decoder');

/** As kafkajs' producer writes it, with the position that the broker gives it. */
async function batchOf(records: Written[], facts: { compression?: CompressionTypes; first?: bigint } = {}) {
  const { buffer } = await RecordBatch({
    compression: facts.compression ?? CompressionTypes.None,
    firstTimestamp: 1_700_000_000_000,
    maxTimestamp: 1_700_000_000_900,
    producerId: 4_711,
    lastOffsetDelta: records.length - 1,
    records: records.map((record) => encodeRecord(record)),
  });
  const batch: Buffer = Buffer.from(buffer);
  batch.writeBigInt64BE(facts.first ?? 0n, fieldAt.firstOffset);
  return batch;
}

const records: Written[] = [
  { offsetDelta: 0, timestampDelta: -5_000_000_000, key: 'k', value: 'one', headers: { a: 'x', b: ['1', '2'] } },
  { offsetDelta: 1, timestampDelta: 900, key: null, value: Buffer.alloc(3_000, 'v') },
  { offsetDelta: 300, timestampDelta: 0, key: Buffer.from([0xff, 0]), value: null, headers: { leer: '', ü: 'ß' } },
];

it.each([CompressionTypes.None, CompressionTypes.GZIP])(
  'reads what kafkajs reads, compressed %s',
  async (compression) => {
    for (const first of [0n, 2n ** 40n]) {
      for (const attributes of [0, 0x08, 0x10, 0x20]) {
        const batch = await batchOf(records, { compression, first });
        batch.writeInt16BE(batch.readInt16BE(fieldAt.attributes) | attributes, fieldAt.attributes);
        const theirs: FetchedMessage[] = (await decodeByKafkajs(new Decoder(batch))).records;
        const { messages } = await decodeRecordBatch(batch);
        expect(messages).toHaveLength(records.length);
        expect(messages).toEqual(
          theirs.map(({ offset, timestamp, key, value, headers, isControlRecord, batchContext }) => ({
            ...{ offset: BigInt(offset), timestamp: BigInt(timestamp), key, value, isControlRecord },
            batchContext: { producerId: batchContext.producerId, inTransaction: batchContext.inTransaction },
            headers: Object.entries(headers).flatMap(([name, values]) =>
              (Array.isArray(values) ? values : [values]).map((each) => [name, each]),
            ),
          })),
        );
      }
    }
  },
);

it('keeps headers named like what every object has, and a name that comes again in its place', async () => {
  const names = ['constructor', '__proto__', 'toString', 'valueOf', 'a', 'constructor', '7'];
  const { messages } = await decodeRecordBatch(recordWith(names.map((name) => [name, `of ${name}`])));
  const { originalHeaders } = new SourceRecord(0, messages[0]!);
  expect(originalHeaders).toEqual(names.map((name) => [name, Buffer.from(`of ${name}`)]));
});

it('reads very many headers', async () => {
  const headers = Array.from({ length: 8_000 }, (_, index) => [`h${index}`, ''] as const);
  const { messages } = await decodeRecordBatch(recordWith(headers));
  expect(messages[0]?.headers).toHaveLength(8_000);
});

it('says of a damaged batch what is wrong, wherever it is cut or spoilt', async () => {
  const batch = await batchOf(records);
  for (let end = 0; end < batch.length; end += end < 200 ? 1 : 997) {
    const why =
      end < fieldsBytes
        ? 'it ends within its head'
        : /^(a record ends too early|a field of a record goes beyond its end)$/;
    await expect(decodeRecordBatch(batch.subarray(0, end))).rejects.toThrow(why);
  }
  for (const byte of [0xff, 0x80]) {
    await expect(decodeRecordBatch(Buffer.from(batch).fill(byte, fieldsBytes))).rejects.toThrow(
      'a number of a record is longer than 32 bits',
    );
  }
  const endless = Buffer.from(batch);
  endless.writeInt32BE(2 ** 31 - 1, fieldAt.count);
  await expect(decodeRecordBatch(endless)).rejects.toThrow('more than 1000000');
  const unknown = Buffer.from(batch);
  unknown.writeInt16BE(7, fieldAt.attributes);
  await expect(decodeRecordBatch(unknown)).rejects.toThrow('compression 7');
});

/** A batch of one record without key and value, by Kafka's format; kafkajs can't write headers in any order. */
function recordWith(headers: readonly (readonly [string, string])[]): Buffer {
  const text = (value: string) => [varint(Buffer.byteLength(value)), Buffer.from(value)];
  const none = varint(-1);
  const body = Buffer.concat([
    ...[Buffer.from([0]), varint(0), varint(0), none, none, varint(headers.length)],
    ...headers.flatMap(([name, value]) => [...text(name), ...text(value)]),
  ]);
  const fields = Buffer.alloc(fieldsBytes);
  fields[fieldAt.format] = 2;
  fields.writeInt32BE(1, fieldAt.count);
  return Buffer.concat([fields, varint(body.length), body]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
