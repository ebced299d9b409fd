import type { IdentifiedEvent } from '../delivery.js';
import type { OpenPartition } from '../intake/open-partition.js';
import type { Recording } from '../record/recording.js';
import { firstDeliveries } from './first-deliveries.js';
import type { IndexedWebhook } from './indexed-webhook.js';
import type { TimeSlices } from './time-slices.js';

/** An event with more matches becomes pending rows, chunk by chunk, instead of attempts straight from the stream. */
export const FAN_OUT = 1_000;
const CHUNK = 500;
/** Expansions at once; the intake waits when there are more. */
const AT_ONCE = 4;

/**
 * Expands events with very many matches beside the stream: a chunk of deliveries is made, parked and written before the
 * next one is made, so that neither memory nor a transaction grows with the number of matches. After a crash the next
 * owner knows the written ones and goes on with the others.
 */
export class FanOut {
  readonly #recording: Pick<Recording, 'event' | 'park' | 'flushed'>;
  readonly #slices: TimeSlices;
  readonly #written: () => void;
  #underWay = 0;

  /** @param written is called after each chunk: there are rows to claim, and at the end room for another expansion. */
  constructor(recording: Pick<Recording, 'event' | 'park' | 'flushed'>, slices: TimeSlices, written: () => void) {
    this.#recording = recording;
    this.#slices = slices;
    this.#written = written;
  }

  get hasRoom(): boolean {
    return this.#underWay < AT_ONCE;
  }

  /** Resolves when the event is reported, so that records after it may be; it is expanded in the time that follows. */
  async begin(partition: OpenPartition, event: IdentifiedEvent, webhooks: readonly IndexedWebhook[]): Promise<void> {
    const open = await this.#unknown(partition, event, webhooks);
    if (partition.closed) return;
    this.#recording.event(partition.epoch, event, webhooks.length, open.length);
    this.#underWay += 1;
    const expanded = this.#chunks(partition, event, open).finally(() => {
      this.#underWay -= 1;
      this.#written();
    });
    void partition.working(expanded);
  }

  /** Those of the webhooks whose deliveries are still to be made. */
  async #unknown(
    partition: OpenPartition,
    event: IdentifiedEvent,
    webhooks: readonly IndexedWebhook[],
  ): Promise<readonly IndexedWebhook[]> {
    if (!partition.knowsAny) return webhooks;
    const unknown: IndexedWebhook[] = [];
    for (const webhook of webhooks) {
      if (firstDeliveries(partition, event, [webhook]).length > 0) unknown.push(webhook);
      if (this.#slices.over) await this.#slices.next();
    }
    return unknown;
  }

  async #chunks(partition: OpenPartition, event: IdentifiedEvent, webhooks: readonly IndexedWebhook[]): Promise<void> {
    for (let from = 0; from < webhooks.length && !partition.closed; from += CHUNK) {
      if (this.#slices.over) await this.#slices.next();
      this.#recording.park(firstDeliveries(partition, event, webhooks.slice(from, from + CHUNK)), null);
      await this.#recording.flushed();
      this.#written();
    }
  }
}
