import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import type { EventDelivery, IdentifiedEvent } from '../model/delivery.js';
import { laneId } from '../model/identity.js';
import type { OpenPartition } from '../partitions/open-partition.js';
import type { Recording } from '../record/recording.js';
import type { Conditions } from '../waiting/conditions.js';
import type { TimeSlices } from '../waiting/time-slices.js';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';
import { firstDeliveries, isOrdered } from './first-deliveries.js';
import type { Match } from './match.js';

/** An event with more matches becomes pending rows, chunk by chunk, instead of attempts straight from the stream. */
export const FAN_OUT = 1_000;
const CHUNK = 500;
/** Matches that wait to be expanded, of all events; a pointer each. */
const MOST_MATCHES = 2_000_000;
/** Events that wait to be expanded: each holds its data. */
const MOST_EVENTS = 64;

interface Expansion {
  partition: OpenPartition;
  event: IdentifiedEvent;
  webhooks: readonly IndexedWebhook<FilterWebhook>[];
  /** The first that is not a row yet. */
  next: number;
  over: () => void;
}

export interface FanOutParts {
  recording: Pick<Recording, 'event' | 'park' | 'flushed'>;
  slices: TimeSlices;
  conditions: Conditions;
  /** Takes the deliveries that wait before their first attempt. */
  putOff: (delivery: EventDelivery) => boolean;
  /** Called after each chunk: there are rows to claim, and there may be room for another event. */
  written: () => void;
  most?: { matches: number; events: number };
}

/**
 * Expands events with very many matches beside the stream. The expansions take turns, a chunk each, and a chunk is written
 * before the next one is made: neither memory nor a transaction grows with the number of matches, and in the recorder
 * nothing waits behind more than one chunk. After a crash the next owner knows the written ones and goes on with the others.
 */
export class FanOut {
  readonly #parts: FanOutParts;
  readonly #most: { matches: number; events: number };
  readonly #expansions: Expansion[] = [];
  /** Of those whose deliveries stand in lanes, by lane: when the last of them is a row. */
  readonly #lanes = new Map<string, Promise<void>>();
  #matches = 0;
  #events = 0;
  #running = false;

  constructor(parts: FanOutParts) {
    this.#parts = parts;
    this.#most = parts.most ?? { matches: MOST_MATCHES, events: MOST_EVENTS };
  }

  /**
   * Resolves when the event is reported, so that records after it may be; it is expanded in the time that follows. With very
   * much to expand already it waits, and with it the event's partition and no other.
   */
  async begin(partition: OpenPartition, event: IdentifiedEvent, { webhooks, change }: Match): Promise<void> {
    const open = await this.#unknown(partition, event, webhooks);
    await this.#parts.conditions.until(() => partition.closed || this.#hasRoom);
    if (partition.closed) return;
    this.#parts.recording.event(partition.epoch, event, webhooks.length, open.length, change?.take());
    this.#matches += open.length;
    this.#events += 1;
    const expanded = new Promise<void>((over) => {
      this.#expansions.push({ partition, event, webhooks: open, next: 0, over });
    });
    void partition.working(expanded);
    this.#holdLane(event, open, expanded);
    if (!this.#running) void this.#expandAll();
  }

  /**
   * Resolves when no earlier event of the same lane is being expanded: this one's deliveries may not become rows before the
   * other's. Null when there is none.
   */
  before(event: IdentifiedEvent): Promise<void> | null {
    if (this.#lanes.size === 0) return null;
    const lane = laneId(event);
    return (lane !== null && this.#lanes.get(lane.toString('latin1'))) || null;
  }

  #holdLane(event: IdentifiedEvent, webhooks: readonly IndexedWebhook<FilterWebhook>[], expanded: Promise<void>): void {
    const lane = webhooks.some(isOrdered) ? laneId(event)?.toString('latin1') : undefined;
    if (lane === undefined) return;
    this.#lanes.set(lane, expanded);
    void expanded.then(() => {
      if (this.#lanes.get(lane) === expanded) this.#lanes.delete(lane);
    });
  }

  get #hasRoom(): boolean {
    return this.#events === 0 || (this.#matches < this.#most.matches && this.#events < this.#most.events);
  }

  /** Those of the webhooks whose deliveries are still to be made. */
  async #unknown(
    partition: OpenPartition,
    event: IdentifiedEvent,
    webhooks: readonly IndexedWebhook<FilterWebhook>[],
  ): Promise<readonly IndexedWebhook<FilterWebhook>[]> {
    if (!partition.knowsAny) return webhooks;
    const unknown: IndexedWebhook<FilterWebhook>[] = [];
    for (const webhook of webhooks) {
      if (firstDeliveries(partition, event, [webhook]).length > 0) unknown.push(webhook);
      if (this.#parts.slices.over) await this.#parts.slices.next();
    }
    return unknown;
  }

  async #expandAll(): Promise<void> {
    this.#running = true;
    for (let turn = this.#expansions.shift(); turn !== undefined; turn = this.#expansions.shift()) {
      if (!turn.partition.closed && turn.next < turn.webhooks.length) await this.#chunk(turn);
      if (!turn.partition.closed && turn.next < turn.webhooks.length) {
        this.#expansions.push(turn);
      } else {
        this.#matches -= turn.webhooks.length;
        this.#events -= 1;
        turn.over();
      }
      this.#parts.written();
    }
    this.#running = false;
  }

  async #chunk(expansion: Expansion): Promise<void> {
    const { recording, slices, putOff } = this.#parts;
    if (slices.over) await slices.next();
    const { partition, event, webhooks, next } = expansion;
    expansion.next += CHUNK;
    const deliveries = firstDeliveries(partition, event, webhooks.slice(next, expansion.next));
    recording.park(
      deliveries.filter((delivery) => !putOff(delivery)),
      null,
    );
    await recording.flushed();
  }
}
