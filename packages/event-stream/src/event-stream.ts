/** What a publisher hands in. The key decides the partition; header values travel as UTF-8. */
export interface OutgoingRecord {
  key: Uint8Array | null;
  headers: Readonly<Record<string, string>>;
  /** Null is Kafka's tombstone. */
  value: Uint8Array | null;
}

/** What a reader gets: the record with its place in the log. */
export interface StreamRecord extends OutgoingRecord {
  partition: number;
  /** Rises by at least one within the partition, in the order of commit. */
  position: bigint;
  /** When the log took it, by the log's clock. */
  appendedAt: Date;
}

/** Where a record was stored. */
export interface Appended {
  partition: number;
  position: bigint;
}

/** `first` is the oldest position still kept, `end` the position that the next record will get. */
export interface PartitionRange {
  partition: number;
  first: bigint;
  end: bigint;
}

/**
 * The log that events travel on. Two adapters (Kafka, Postgres) pass one conformance suite.
 *
 * Any method may throw {@link StreamUnavailable}: the log can't be reached now, and asking again later makes sense.
 */
export interface EventStream {
  /** Creates what is missing; the number of partitions of a topic is fixed at its creation. */
  ensureTopics(topics: readonly { topic: string; partitions: number }[]): Promise<void>;
  /** Resolves when the log has stored all records durably (Kafka: acks=all), in the order given within a partition. */
  publish(topic: string, records: readonly OutgoingRecord[]): Promise<Appended[]>;
  /** Joins the group and hands records of the partitions that fall to this member to the handler. */
  consume(subscription: Subscription): Promise<StreamConsumer>;
  /**
   * Up to `limit` records of one partition from `from` on, in order; bounded by bytes too, so none (not: fewer) means the
   * end of the log. No group. Throws {@link PositionOutOfRange} when `from` is no longer kept or beyond the end.
   */
  read(topic: string, partition: number, from: bigint, limit: number): Promise<StreamRecord[]>;
  ranges(topic: string): Promise<PartitionRange[]>;
  /** For each partition the first position at or after `time`; the end where there is none. */
  positionsAt(topic: string, time: Date): Promise<Map<number, bigint>>;
  /** Throws {@link StreamUnavailable} when a publish would fail now. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** One member of a group that reads a topic. */
export interface Subscription {
  topic: string;
  group: string;
  /** Stable name of this instance: the assignment depends on it, so that a restart moves no partition. */
  member: string;
  handler: PartitionHandler;
}

/**
 * What a consumer does with partitions. Other partitions never wait for one, and calls for one partition never overlap,
 * save that `release` does not wait for a `records` call that is still pending: it is what ends that call's waiting. The
 * stream then awaits both before the partition counts as given back.
 */
export interface PartitionHandler {
  /**
   * The partition falls to this member: take it in your own store and say under which epoch and from which position to
   * go on (null: the oldest record). Records are handed out under that epoch. Throwing means "ask me again".
   */
  claim(partition: number): Promise<{ epoch: bigint; position: bigint | null }>;
  /**
   * The next records, in order. The following ones come when the promise resolves: that is the back-pressure. Throwing
   * means that this epoch is of no use any more: the partition is released and, while it still falls here, claimed again.
   */
  records(partition: number, epoch: bigint, records: readonly StreamRecord[]): Promise<void>;
  /** All records before `position` are done with; between the last one and it stands what is no record (Kafka's markers). */
  passed?(partition: number, position: bigint): void;
  /** The partition goes elsewhere: finish or park what is under way. Nothing comes under this epoch any more. */
  release(partition: number, epoch: bigint): Promise<void>;
}

/** A member at work: what it holds, and how it ends. */
export interface StreamConsumer {
  /** Null while all is well, else what is wrong (not joined, fell silent under lag, out of range …). */
  problem(): string | null;
  /** The partitions held now, with the number of records between the last one handed out and the end, where known. */
  held(): ReadonlyMap<number, { epoch: bigint; lag: bigint | null }>;
  /** Tells the log how far this group got. The truth is with the handler's owner; this is a hint for tools. */
  hint(partition: number, position: bigint): void;
  /** Gives all partitions back (release is called for each) and leaves the group. */
  stop(): Promise<void>;
}

/** The log can't be reached or doesn't answer in time; nothing is known to be stored. */
export class StreamUnavailable extends Error {
  override readonly name = 'StreamUnavailable';
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The log refuses this record for good, for its size for example. */
export class RecordRefused extends Error {
  override readonly name = 'RecordRefused';
}

/** The position is older than what the log keeps, or beyond its end: records may be missing, so nobody jumps over it. */
export class PositionOutOfRange extends Error {
  override readonly name = 'PositionOutOfRange';
  constructor(
    readonly topic: string,
    readonly position: bigint,
    readonly range: PartitionRange,
  ) {
    super(
      `position ${position} of ${topic}/${range.partition} is out of range: the log holds ${range.first} to before ${range.end}`,
    );
  }
}
