import { createRequire } from 'node:module';
import type { Broker } from 'kafkajs';
import type { AnsweredPartition, FetchMode, FetchRequest, FetchResponse } from './fetch-client.js';
import { decodeRecordBatches, type Room } from './record-batches.js';
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
const fetchDefinition: unknown = require('kafkajs/src/protocol/requests/fetch');
const shuffle = require('kafkajs/src/utils/shuffle') as <T>(items: T[]) => T[];

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
    // A broker fills its answer in the order of the question, and it is decoded in that order, each within limits: always in the
    // same one, large batches of one partition would hold up the next for ever.
    const topics = request.topics.map(({ topic, partitions }) => ({ topic, partitions: shuffle(partitions) }));
    const inAnyOrder = { ...request, topics, replicaId: NO_REPLICA };
    const { request: encoded, response } = lookupRequest(FETCH, fetchDefinition)(inAnyOrder);
    const version = (encoded as { apiVersion: number }).apiVersion;
    if (version !== FETCH_VERSION) throw new Error(`the broker wants fetches of version ${version}`);
    return connectionPool.send({ request: encoded, response: { decode: decodeAnswer, parse: response.parse } });
  },
  toRecord: (partition, message: SourceMessage) => new SourceRecord(partition, message),
};

/**
 * Decompressed and decoded, what one answer may take in memory, in bytes; one batch may go over it. Batches beyond that are left
 * for the next fetch.
 */
const weightPerAnswer = 64 * 1024 * 1024;

/** The answer to a fetch of version 11. */
async function decodeAnswer(raw: Buffer): Promise<unknown> {
  const decoder = new DecoderOf(raw);
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  decoder.readInt32();
  const room: Room = { left: weightPerAnswer };
  const responses = await decoder.readArrayAsync(async (ofTopic) => ({
    topicName: ofTopic.readString(),
    partitions: await ofTopic.readArrayAsync((ofPartition) => decodePartition(ofPartition, room)),
  }));
  return { throttleTime: 0, clientSideThrottleTime, errorCode, responses };
}

async function decodePartition(decoder: Decoder, room: Room): Promise<AnsweredPartition & { errorCode: number }> {
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
  const batches = length > 0 ? await decodeRecordBatches(decoder.readBytes(length), room) : { messages: [] };
  return { partition, errorCode, highWatermark, lastStableOffset, abortedTransactions, ...batches };
}
