import type { Message } from 'kafkajs';
import type { OutgoingRecord, StreamRecord } from '../event-stream.js';

/** What each decoding of a fetch says of a record. */
export interface LogMessage {
  offset: string | bigint;
  /** Milliseconds; of the broker's clock where the topic says LogAppendTime. */
  timestamp: string | bigint;
  key: Buffer | null;
  value: Buffer | null;
  isControlRecord: boolean;
  batchContext: { producerId: string; inTransaction: boolean };
}

/** A record as kafkajs decodes it. */
export interface FetchedMessage extends LogMessage {
  headers: Record<string, Buffer | Buffer[] | null>;
}

const asBuffer = (bytes: Uint8Array | null): Buffer | null =>
  bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A record as kafkajs sends it. */
export function toMessage({ key, headers, value }: OutgoingRecord): Message {
  return { key: asBuffer(key), value: asBuffer(value), headers: { ...headers } };
}

/** A record as readers get it, with memory of its own. */
export function toRecord(partition: number, message: FetchedMessage): StreamRecord {
  return {
    partition,
    position: BigInt(message.offset),
    appendedAt: new Date(Number(message.timestamp)),
    key: message.key,
    // A copy: the slice would keep the whole answer of its fetch in memory, for as long as somebody holds the record.
    value: message.value && Buffer.from(message.value),
    headers: Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, lastText(value)])),
  };
}

/** Kafka allows a header several times; the last one counts. */
function lastText(value: Buffer | Buffer[] | null): string {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return last?.toString('utf8') ?? '';
}
