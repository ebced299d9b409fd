import type { PartitionHandler, StreamRecord } from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Match, Matched } from '../match/match.js';
import type { IdentifiedEvent } from '../model/delivery.js';
import { OpenPartition } from '../partitions/open-partition.js';
import type { Recording } from '../record/recording.js';
import type { Conditions } from '../waiting/conditions.js';
import type { RegistryFollower } from '../webhooks/registry-follower.js';
import type { WebhookIndex } from '../webhooks/webhook-index.js';
import { readEvent } from './read-event.js';

/** What comes after the intake. */
export interface EventSink {
  /** False while enough is open: the intake waits. */
  readonly hasRoom: boolean;
  /** These events of the partition are to be matched next: looks up for all at once what is needed for it. */
  prepare(partition: OpenPartition, events: readonly IdentifiedEvent[]): Promise<void>;
  match(partition: OpenPartition, event: IdentifiedEvent): Promise<Matched>;
  /** Reports the event to the recorder and sends it on its way. */
  matched(partition: OpenPartition, event: IdentifiedEvent, match: Match): Promise<void> | void;
  /** The partition's epoch ends in good order: parks what is not settled yet. */
  park(partition: number, epoch: bigint): void;
}

export interface IntakeParts {
  recording: Recording;
  index: WebhookIndex;
  follower: Pick<RegistryFollower, 'fresh' | 'completeSince' | 'demand'>;
  /** Told when the index changed, deliveries closed, or a partition was given up. */
  conditions: Conditions;
  clock: Clock;
  logger: Logger;
}

/** The recorder is waited for each time that a partition has reported so many records. */
const UNWRITTEN_RECORDS = 2_000;

/**
 * Takes records from the stream, partition by partition: unreadable ones become dead letters, duplicates are dropped,
 * and the others go on as events, as long as the index is current and not too many deliveries are open.
 */
export class Intake implements PartitionHandler {
  readonly #parts: IntakeParts;
  readonly #sink: EventSink;
  readonly #partitions = new Map<number, OpenPartition>();
  #stopped = false;
  #letGo: () => void = () => {};
  readonly #mustLetGo = new Promise<void>((resolve) => {
    this.#letGo = resolve;
  });

  constructor(parts: IntakeParts, sink: EventSink) {
    this.#parts = parts;
    this.#sink = sink;
  }

  async claim(partition: number): Promise<{ epoch: bigint; position: bigint | null }> {
    if (this.#stopped) throw new Error('this dispatcher is stopping');
    const taken = await this.#parts.recording.take(partition);
    this.#partitions.set(partition, new OpenPartition(taken));
    this.#parts.logger.info({ partition, epoch: `${taken.epoch}`, position: `${taken.position}` }, 'partition.taken');
    return { epoch: taken.epoch, position: taken.position };
  }

  async records(partition: number, epoch: bigint, records: readonly StreamRecord[]): Promise<void> {
    const open = this.#partitions.get(partition);
    if (open === undefined || open.epoch !== epoch) throw new EpochLost(partition, epoch);
    await open.working(this.#batch(open, records));
    if (open.lost) throw new EpochLost(partition, epoch);
  }

  async release(partition: number, epoch: bigint): Promise<void> {
    const open = this.#close(partition, epoch);
    if (open === undefined) return;
    await Promise.race([this.#giveUp(open), this.#mustLetGo]);
  }

  async #giveUp(open: OpenPartition): Promise<void> {
    const { partition, epoch } = open;
    await open.idle();
    this.#sink.park(partition, epoch);
    await this.#parts.recording.giveUp(partition, epoch);
    this.#parts.logger.info({ partition, epoch: `${epoch}` }, 'partition.given_up');
  }

  /** The recorder says that the epoch is somebody else's: nothing of it goes on. */
  lost(partition: number, epoch: bigint): void {
    const open = this.#partitions.get(partition);
    if (open?.epoch === epoch) open.lose();
    this.#close(partition, epoch);
  }

  /** The recorder says that the event becomes a dead letter after all. */
  unrecordable(event: IdentifiedEvent): void {
    this.#partitions.get(event.partition)?.bases.unrecordable(event);
  }

  /** No partition is taken any more. Those that are held are released by the stream's consumer. */
  stop(): void {
    this.#stopped = true;
  }

  /** Partitions that can't be given up for want of a database are let go of: their leases end by themselves. */
  letGo(): void {
    this.#letGo();
  }

  #close(partition: number, epoch: bigint): OpenPartition | undefined {
    const open = this.#partitions.get(partition);
    if (open === undefined || open.epoch !== epoch) return undefined;
    this.#partitions.delete(partition);
    open.close();
    this.#parts.conditions.changed();
    return open;
  }

  async #batch(open: OpenPartition, records: readonly StreamRecord[]): Promise<void> {
    const { recording, conditions, follower } = this.#parts;
    recording.begin(open.epoch, records);
    const read = records.map((record) => ({ record, ...readEvent(record) }));
    const events = read.flatMap((each) => (each.ok ? [each.event] : []));
    await this.#indexCovers(open, events);
    const duplicates = await recording.duplicates(events);
    await this.#sink.prepare(
      open,
      events.filter((event) => !duplicates.has(event)),
    );
    for (const each of read) {
      if (open.closed) return;
      if (each.ok && duplicates.has(each.event)) {
        recording.skip(open.epoch, each.record);
        continue;
      }
      await conditions.until(() => open.closed || (this.#sink.hasRoom && follower.fresh()));
      if (open.closed) return;
      if (each.ok) await this.#event(open, each.record, each.event);
      else this.#deadLetter(open, each.record, each.reason);
    }
    await this.#written(open, records.length);
  }

  async #event(open: OpenPartition, record: StreamRecord, event: IdentifiedEvent): Promise<void> {
    let matched: Matched;
    try {
      matched = await this.#sink.match(open, event);
    } catch (error) {
      // No filter and no data may do this; if some do, they must not hold up their partition.
      this.#parts.logger.error({ err: error, ...placeOf(record) }, 'event.match_failed');
      matched = { ok: false, reason: `it could not be matched: ${String(error)}` };
    }
    if (open.closed) return;
    if (matched.ok) await this.#sink.matched(open, event, matched.match);
    else this.#deadLetter(open, record, matched.reason);
  }

  #deadLetter(open: OpenPartition, record: StreamRecord, reason: string): void {
    this.#parts.logger.warn({ ...placeOf(record), reason }, 'record.dead_letter');
    this.#parts.recording.deadLetter(open.epoch, record, reason);
  }

  /**
   * Subscribers read their own writes: an event is matched against an index that has the revision it was stamped with. A
   * registry that was set back to an older state may never reach it again; then its whole present state is enough. That is
   * also what it takes when the registry was away as the event was accepted: the stamp may be older than what was answered.
   */
  async #indexCovers(open: OpenPartition, events: readonly IdentifiedEvent[]): Promise<void> {
    const { index, follower, conditions, clock } = this.#parts;
    const needed = events.reduce((highest, { stamp }) => Math.max(highest, stamp.revision), 0);
    const sinceMs = clock.monotonicMs();
    const exact = events.every(({ stamp }) => stamp.exact);
    if (!exact) follower.demand(sinceMs);
    const isThere = (): boolean => exact && index.revision >= needed;
    await conditions.until(() => open.closed || (follower.fresh() && (isThere() || follower.completeSince(sinceMs))));
  }

  /** Most records leave no open delivery: lets the recorder catch up now and then, or they would pile up there. */
  async #written(open: OpenPartition, records: number): Promise<void> {
    open.reported += records;
    if (open.reported < UNWRITTEN_RECORDS) return;
    open.reported = 0;
    const before = open.written;
    open.written = this.#parts.recording.flushed();
    await before;
  }
}

/** Tells the stream to release the partition and to claim it again, if it still falls here. */
class EpochLost extends Error {
  override readonly name = 'EpochLost';
  constructor(partition: number, epoch: bigint) {
    super(`partition ${partition} is no longer held under epoch ${epoch}`);
  }
}

const placeOf = ({ partition, position }: StreamRecord) => ({ partition, position: `${position}` });
