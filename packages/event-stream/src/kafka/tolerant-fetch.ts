import { createRequire } from 'node:module';
import type { Broker } from 'kafkajs';
import type { AnsweredPartition, FetchMode, FetchRequest, FetchResponse } from './fetch-client.js';
import { type SourceMessage, SourceRecord } from './source-record.js';

/** What kafkajs reads answers with; it has no types for that. */
interface Decoder {
  readonly buffer: Buffer;
  readInt16(): number;
  readInt32(): number;
  readInt64(): bigint;
  readString(): string;
  readBytes(length: number): Buffer;
  readArray<T>(read: (decoder: Decoder) => T): T[];
  readArrayAsync<T>(read: (decoder: Decoder) => Promise<T>): Promise<T[]>;
}

interface Protocol {
  request: unknown;
  response: { decode(raw: Buffer): Promise<unknown>; parse(data: unknown): Promise<FetchResponse> };
}

/** A broker of kafkajs, with what its `fetch` is made of. */
interface SendingBroker {
  lookupRequest(apiKey: number, definition: unknown): (request: FetchRequest & { replicaId: number }) => Protocol;
  connectionPool: { send(protocol: Protocol): Promise<FetchResponse> };
}

const require = createRequire(import.meta.url);
const DecoderOf = require('kafkajs/src/protocol/decoder') as new (buffer: Buffer) => Decoder;
const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (
  decoder: Decoder,
) => Promise<{ records: SourceMessage[] }>;
const fetchDefinition: unknown = require('kafkajs/src/protocol/requests/fetch');

const FETCH = 1;
const FETCH_VERSION = 11;
const NO_REPLICA = -1;

/**
 * Fetches that a batch of records which can't be decoded does not fail: it stands in the answer as one record that says so. By
 * kafkajs' own means, but its decoding of answers, which gives up at the first such batch.
 */
export const tolerantMode: FetchMode = {
  fetch: async (broker, request) => {
    const { lookupRequest, connectionPool } = broker as Broker & SendingBroker;
    const { request: encoded, response } = lookupRequest(FETCH, fetchDefinition)({ ...request, replicaId: NO_REPLICA });
    const version = (encoded as { apiVersion: number }).apiVersion;
    if (version !== FETCH_VERSION) throw new Error(`the broker wants fetches of version ${version}`);
    return connectionPool.send({ request: encoded, response: { decode: decodeAnswer, parse: response.parse } });
  },
  toRecord: (partition, message) => new SourceRecord(partition, message),
};

/** The answer to a fetch of version 11. */
async function decodeAnswer(raw: Buffer): Promise<unknown> {
  const decoder = new DecoderOf(raw);
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  decoder.readInt32();
  const responses = await decoder.readArrayAsync(async (ofTopic) => ({
    topicName: ofTopic.readString(),
    partitions: await ofTopic.readArrayAsync(decodePartition),
  }));
  return { throttleTime: 0, clientSideThrottleTime, errorCode, responses };
}

async function decodePartition(decoder: Decoder): Promise<AnsweredPartition & { errorCode: number }> {
  const partition = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const highWatermark = decoder.readInt64().toString();
  const lastStableOffset = decoder.readInt64().toString();
  decoder.readInt64();
  const abortedTransactions = decoder.readArray((aborted) => ({
    producerId: aborted.readInt64().toString(),
    firstOffset: aborted.readInt64().toString(),
  }));
  decoder.readInt32();
  const length = decoder.readInt32();
  const messages = length > 0 ? await decodeBatches(decoder.readBytes(length)) : [];
  return { partition, errorCode, highWatermark, lastStableOffset, abortedTransactions, messages };
}

/** A batch's first bytes: its first offset (8), the length of what follows (4). */
const HEAD_BYTES = 12;
/** Where in a batch stand its format, the difference of its last offset to the first, and its latest time. */
const FORMAT_AT = 16;
const LAST_DELTA_AT = 23;
const LATEST_AT = 35;
const SHORTEST_BATCH = 61;
const FORMAT = 2;

/** The records of all whole batches; the last one may be cut off. */
async function decodeBatches(bytes: Buffer): Promise<SourceMessage[]> {
  const messages: SourceMessage[] = [];
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const end = at + HEAD_BYTES + bytes.readInt32BE(at + 8);
    if (end > bytes.length) break;
    const batch = bytes.subarray(at, end);
    try {
      if (batch[FORMAT_AT] !== FORMAT) throw new Error(`its format is ${batch[FORMAT_AT]}, not ${FORMAT}`);
      const { records } = await decodeBatch(new DecoderOf(batch));
      for (const record of records) messages.push(record);
    } catch (error) {
      messages.push(undecodable(batch, error));
    }
    at = end;
  }
  return messages;
}

function undecodable(batch: Buffer, error: unknown): SourceMessage {
  const firstPosition = batch.readBigInt64BE(0);
  const isWhole = batch.length >= SHORTEST_BATCH;
  const lastPosition = firstPosition + BigInt(isWhole ? batch.readInt32BE(LAST_DELTA_AT) : 0);
  const reason = error instanceof Error ? error.message : String(error);
  return {
    offset: lastPosition.toString(),
    timestamp: String(isWhole ? batch.readBigInt64BE(LATEST_AT) : -1),
    key: null,
    value: batch,
    headers: {},
    isControlRecord: false,
    batchContext: { producerId: '-1', inTransaction: false },
    undecodable: { firstPosition, lastPosition, reason },
  };
}
