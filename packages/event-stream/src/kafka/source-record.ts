import type { StreamRecord } from '../event-stream.js';
import type { LogMessage } from './record-conversion.js';

/** A batch of records that nobody can decode, in place of its records. */
export interface UndecodableBatch {
  firstPosition: bigint;
  lastPosition: bigint;
  /** What is wrong with it. */
  reason: string;
}

/** A message of a fetch, or a batch that stands for its records. */
export interface SourceMessage extends LogMessage {
  headers: (readonly [name: string, value: Buffer | null])[];
  undecodable?: UndecodableBatch;
}

/** A record of somebody else's topic, with everything that its producer wrote. */
export class SourceRecord implements StreamRecord {
  readonly position: bigint;
  readonly appendedAt: Date;
  /** Milliseconds since 1970; of its producer, or of the log where the topic says LogAppendTime; -1 for none. */
  readonly timestampMs: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** In the order in which they were written; a name may come again. */
  readonly originalHeaders: readonly (readonly [name: string, value: Uint8Array | null])[];
  readonly headers: Readonly<Record<string, string>> = {};
  /** Then the position is its last record's, and the value is the batch as it is on the wire. */
  readonly undecodable: UndecodableBatch | null;

  constructor(
    readonly partition: number,
    message: SourceMessage,
  ) {
    this.position = BigInt(message.offset);
    this.timestampMs = Number(message.timestamp);
    this.appendedAt = new Date(this.timestampMs);
    // Copies: slices would keep the whole answer of their fetch in memory, for as long as somebody holds the record.
    this.key = message.key && Buffer.from(message.key);
    this.value = message.value && Buffer.from(message.value);
    this.originalHeaders = message.headers.map(([name, value]) => [name, value && Buffer.from(value)] as const);
    this.undecodable = message.undecodable ?? null;
  }
}
