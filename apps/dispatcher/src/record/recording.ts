import type { StreamRecord } from '@sluice/event-stream/event-stream';
import type { Attempt, Delivery, IdentifiedEvent, Verdict } from '../model/delivery.js';
import type { BaseChange, BaseName, LeftByChanges } from './base-change.js';
import type { RecordedBase } from './read-bases.js';

/** A partition that this dispatcher has taken. */
export interface TakenPartition {
  partition: number;
  epoch: bigint;
  /** Everything before it is settled for good; null on a partition never worked on: begin with the oldest record. */
  position: bigint | null;
  /** Ids of deliveries recorded (pending or ended) at or beyond `position`: recorded means known, they are skipped. */
  known: ReadonlySet<string>;
}

/** A record's place in the stream. */
export interface RecordPlace {
  partition: number;
  position: bigint;
}

/**
 * The dispatcher's memory in Postgres, as the rest of the pipeline sees it. Facts are gathered and written many rows at
 * a time, in one transaction that checks the epoch of every partition and moves its position.
 */
export interface Recording {
  /** Takes the partition under a new epoch; waits a short while for a living former owner to give it up. */
  take(partition: number): Promise<TakenPartition>;
  /** Writes what is gathered for the partition and gives it up, so that the next owner need not wait. */
  giveUp(partition: number, epoch: bigint): Promise<void>;

  /**
   * These records were handed out and are now under way: the position does not pass any of them until each was reported
   * (`event`, `skip` or `deadLetter`) and is complete. Call it with each batch as it comes from the stream, before
   * anything else: positions may have gaps, so a record that was never mentioned cannot be missed. (Whoever reports each
   * partition's records strictly in order may leave it out: reporting a record begins it.)
   */
  begin(epoch: bigint, records: readonly RecordPlace[]): void;

  /**
   * Of these events the ones that are duplicates of an event at another place within the dedup window. Another place
   * counts when it is earlier in the same partition (flushed or not, also within `events`), or in another partition and
   * settled there for good: so two copies can never both be skipped in favour of each other.
   */
  duplicates(events: readonly IdentifiedEvent[]): Promise<ReadonlySet<IdentifiedEvent>>;

  /** Of these bases those of which some change is recorded. */
  bases(names: readonly BaseName[]): Promise<readonly RecordedBase[]>;
  /** Of these webhooks those whose list has its error payload. */
  closedLists(webhookIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Of these positions of a partition those that hold dead letters. */
  deadLetters(partition: number, positions: readonly bigint[]): Promise<ReadonlySet<bigint>>;

  /**
   * An event was matched: `matched` webhooks get it, `open` of them still to be settled or parked by this dispatcher.
   * `change`, when it is a change of a base, is recorded with it as one: changes of a base in the order of their positions.
   */
  event(epoch: bigint, event: IdentifiedEvent, matched: number, open: number, change?: BaseChange): void;
  /** The record leaves nothing (a duplicate): its position is done. */
  skip(epoch: bigint, record: RecordPlace): void;
  /** The record can't be read: it becomes a dead letter in the recording transaction. */
  deadLetter(epoch: bigint, record: StreamRecord, reason: string): void;

  /**
   * An attempt was made (or none could be: `attempt` null), and this is what follows. With `keepsLane` the delivery ended and
   * the next one of its lane has its turn here, under the same lease; without, anybody may claim that at once.
   */
  settle(delivery: Delivery, attempt: Attempt | null, verdict: Verdict, keepsLane?: boolean): void;
  /**
   * The delivery becomes a pending row and no longer counts for its partition's position. With `lease` it is still under
   * way here and its outcome will be settled with origin `{kind:'pending', lease}`; without, anyone may claim it at once.
   */
  park(deliveries: readonly Delivery[], lease: string | null): void;

  /** Ids of claimed or parked deliveries whose outcome was handed in and is not written: nobody here may claim them again. */
  readonly unwritten: ReadonlySet<string>;

  /** Bytes of events, payloads and dead letters that were handed in and are not recorded. */
  readonly unrecordedBytes: number;

  /** Resolves when everything handed in before the call is recorded (or its partition lost). */
  flushed(): Promise<void>;

  /** Why nothing can be recorded at the moment; null while all is well. Feeds `/readyz`. */
  problem(): string | null;
  /** Writes what is gathered, gives every partition up and ends the heartbeat. */
  stop(): Promise<void>;
}

/** Told by the recorder; each call is about facts handed in earlier. */
export interface RecordingListener {
  /** These deliveries' outcomes or parkings are written (or no longer ours to write): their share of MAX_UNRECORDED is free. */
  recorded(deliveries: readonly Delivery[]): void;
  /** Changes of bases are recorded, and so many payloads of them. There may be pings to send, and notes for the registry. */
  changesRecorded(left: LeftByChanges): void;
  /** Some deliveries were given up: there are operational events to expand. */
  givenUp(): void;
  /** Deliveries that stood behind others in lanes, or came into empty ones, can be claimed now. */
  lanesDue(): void;
  /** The event is refused for its data: it becomes a dead letter, and whatever was handed in with it is not recorded. */
  unrecordable(event: IdentifiedEvent): void;
  /** Everything of the partition before this position is settled for good. */
  moved(partition: number, position: bigint): void;
  /** The epoch is no longer ours: whatever is under way for it must stop. */
  lost(partition: number, epoch: bigint): void;
}
