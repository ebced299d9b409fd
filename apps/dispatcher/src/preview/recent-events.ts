import { recipientOf } from '@sluice/contracts/event-record';
import type { Logger } from '@sluice/service-kit/logger';
import type { Pool } from 'pg';
import type { IdentifiedEvent } from '../model/delivery.js';
import { RECENT, type RecentKey, writeRecent } from './recent-event-rows.js';

export interface RecentEventsParts {
  pool: Pool;
  logger: Logger;
}

const FLUSH_MS = 1_000;
/** Rows of one flush: whatever the number of events, keeping the newest ones costs so much and no more. */
const MOST_ROWS = 500;
/** Of events that wait to be written. Beyond it the key that was served longest ago is forgotten. */
const MOST_BYTES = 16 * 1024 * 1024;
/** About what an event takes beside its data. */
const EVENT_BYTES = 1_024;

interface Ring {
  key: RecentKey;
  events: IdentifiedEvent[];
}

/**
 * Keeps the newest events of each account and type for previews of filters. It takes part in nothing that is promised: it
 * gathers in memory and writes beside the recorder, a bounded number of rows a second, and of what a busy key gets
 * meanwhile only the newest. A crash loses the last second of it.
 */
export class RecentEvents {
  readonly #parts: RecentEventsParts;
  /** In the order in which they are to be written. */
  readonly #rings = new Map<string, Ring>();
  #bytes = 0;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: RecentEventsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.written(), FLUSH_MS);
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.written();
  }

  /** The event was taken in. */
  saw(event: IdentifiedEvent): void {
    const recipient = recipientOf(event.stamp);
    const { type } = event.attributes;
    const name = `${recipient ?? ''}\0${type}`;
    let ring = this.#rings.get(name);
    if (ring === undefined) {
      ring = { key: { recipient, type }, events: [] };
      this.#rings.set(name, ring);
    }
    ring.events.push(event);
    this.#bytes += bytesOf(event);
    // Twice as many before the older half goes: one shift per event would move them all each time.
    if (ring.events.length >= 2 * RECENT) this.#release(ring.events.splice(0, RECENT));
    while (this.#bytes > MOST_BYTES) this.#forgetLast();
  }

  /** Resolves when a share of what was seen before the call is written; all of it, unless it is more than one flush takes. */
  written(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const rows: { key: RecentKey; event: IdentifiedEvent }[] = [];
    for (const [name, ring] of this.#rings) {
      if (rows.length >= MOST_ROWS) break;
      this.#rings.delete(name);
      this.#release(ring.events);
      for (const event of ring.events.slice(-RECENT)) rows.push({ key: ring.key, event });
    }
    try {
      await writeRecent(this.#parts.pool, rows);
    } catch (error) {
      this.#parts.logger.info({ err: error, events: rows.length }, 'recent_events.not_written');
    }
  }

  #forgetLast(): void {
    const [name, ring] = [...this.#rings].at(-1)!;
    this.#rings.delete(name);
    this.#release(ring.events);
  }

  #release(events: readonly IdentifiedEvent[]): void {
    for (const event of events) this.#bytes -= bytesOf(event);
  }
}

const bytesOf = ({ data }: IdentifiedEvent): number => data.byteLength + EVENT_BYTES;
