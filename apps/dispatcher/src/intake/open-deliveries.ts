import type { Delivery, IdentifiedEvent } from '../model/delivery.js';

export interface OpenLimits {
  deliveries: number;
  /** Of the events that open deliveries hold in memory. */
  bytes: number;
}

interface OpenEvent {
  bytes: number;
  deliveries: number;
}

/**
 * The deliveries straight from the stream whose outcome or parking is not recorded yet: what bounds the intake. Each
 * event's bytes count once, however many webhooks it goes to.
 */
export class OpenDeliveries {
  readonly #limits: OpenLimits;
  readonly #open = new Map<Delivery, OpenEvent>();
  #bytes = 0;

  constructor(limits: OpenLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Room for one more event, whatever its size: a single event larger than the limit goes through alone. */
  get hasRoom(): boolean {
    return this.#open.size < this.#limits.deliveries && this.#bytes < this.#limits.bytes;
  }

  add(event: IdentifiedEvent, deliveries: readonly Delivery[]): void {
    if (deliveries.length === 0) return;
    const open: OpenEvent = { bytes: event.data.byteLength, deliveries: deliveries.length };
    this.#bytes += open.bytes;
    for (const delivery of deliveries) this.#open.set(delivery, open);
  }

  /** These are recorded, or no longer ours; those that were never open are ignored. */
  closed(deliveries: Iterable<Delivery>): void {
    for (const delivery of deliveries) {
      const event = this.#open.get(delivery);
      if (event === undefined) continue;
      this.#open.delete(delivery);
      event.deliveries -= 1;
      if (event.deliveries === 0) this.#bytes -= event.bytes;
    }
  }

  /** Forgets what belonged to a partition's epoch that was lost. */
  lost(partition: number, epoch: bigint): void {
    const gone: Delivery[] = [];
    for (const delivery of this.#open.keys()) {
      if (isOf(delivery, partition, epoch)) gone.push(delivery);
    }
    this.closed(gone);
  }
}

/** Whether the delivery counts under this epoch of this partition. */
export const isOf = (delivery: Delivery, partition: number, epoch: bigint): boolean =>
  delivery.kind === 'event' &&
  delivery.origin.kind === 'stream' &&
  delivery.origin.epoch === epoch &&
  delivery.event.partition === partition;
