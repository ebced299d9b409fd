import { setTimeout as pause } from 'node:timers/promises';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import {
  type EventStream,
  type PartitionRange,
  PositionOutOfRange,
  type StreamRecord,
} from '@sluice/event-stream/event-stream';
import { readEvent } from '../intake/read-event.js';
import type { IdentifiedEvent } from '../model/delivery.js';
import { cursorOf, type Positions } from './positions.js';

/** How often the ends of the partitions are looked at, by however many. */
const LOOK_MS = 200;
const RECORDS = 500;
/** What is found together; one event may be beyond it. */
const MOST_BYTES = 1024 * 1024;
/** What an event takes beside its data. */
const EVENT_BYTES = 1_024;

export interface FoundEvent {
  event: IdentifiedEvent;
  /** Behind it. */
  cursor: string;
}

/**
 * Reads the stream on from a place, for those who look on: beside the group that delivers, and without holding anything up.
 * Each reader reads all events for itself, so there may be few.
 */
export class StreamTail {
  readonly #stream: Pick<EventStream, 'read' | 'ranges'>;
  #ranges: { atMs: number; asked: Promise<PartitionRange[]> } | null = null;

  constructor(stream: Pick<EventStream, 'read' | 'ranges'>) {
    this.#stream = stream;
  }

  /** The end as it is now. */
  async end(): Promise<Positions> {
    return new Map((await this.#stream.ranges(EVENTS_TOPIC)).map(({ partition, end }) => [partition, end]));
  }

  /**
   * Moves the positions on over what is there, until something was found that is wanted, or the time is over.
   *
   * @throws StreamUnavailable
   */
  async next(
    positions: Positions,
    waitMs: number,
    isWanted: (event: IdentifiedEvent) => boolean,
  ): Promise<FoundEvent[]> {
    const untilMs = performance.now() + waitMs;
    for (;;) {
      const found: FoundEvent[] = [];
      const hasMore = await this.#pass(positions, isWanted, found);
      if (found.length > 0 || performance.now() >= untilMs) return found;
      if (!hasMore) await pause(LOOK_MS);
    }
  }

  /** One read of each partition that has something. Answers whether there may be more. */
  async #pass(positions: Positions, isWanted: (event: IdentifiedEvent) => boolean, found: FoundEvent[]) {
    let bytes = 0;
    let hasRead = false;
    for (const range of await this.#looked()) {
      const position = positions.get(range.partition) ?? range.first;
      if (position >= range.end || bytes >= MOST_BYTES) continue;
      hasRead = true;
      const records = await this.#read(range, position);
      if (records === null) continue;
      // What lies before the end and is no record is nothing to wait for.
      if (records.length === 0) positions.set(range.partition, range.end);
      for (const record of records) {
        positions.set(record.partition, record.position + 1n);
        const read = readEvent(record);
        if (!read.ok || !isWanted(read.event)) continue;
        found.push({ event: read.event, cursor: cursorOf(positions) });
        bytes += read.event.data.byteLength + EVENT_BYTES;
        if (bytes >= MOST_BYTES) break;
      }
    }
    return hasRead;
  }

  /** What the stream no longer keeps is left out. Null when it dropped some in this moment. */
  async #read({ partition, first }: PartitionRange, position: bigint): Promise<StreamRecord[] | null> {
    const from = position < first ? first : position;
    try {
      return await this.#stream.read(EVENTS_TOPIC, partition, from, RECORDS);
    } catch (error) {
      if (!(error instanceof PositionOutOfRange)) throw error;
      return null;
    }
  }

  #looked(): Promise<PartitionRange[]> {
    const nowMs = performance.now();
    if (this.#ranges === null || nowMs - this.#ranges.atMs > LOOK_MS) {
      this.#ranges = { atMs: nowMs, asked: this.#stream.ranges(EVENTS_TOPIC) };
    }
    return this.#ranges.asked;
  }
}
