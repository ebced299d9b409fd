import type { Delivery } from '../model/delivery.js';

/**
 * MAX_UNRECORDED: an attempt takes a permit when it starts and gives it back when its outcome is recorded. So a crash
 * leaves at most that many deliveries that were sent and will be sent again.
 */
export class Permits {
  readonly #most: number;
  /** Handed to the recorder and not written yet. */
  readonly #settled = new Set<Delivery>();
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get free(): number {
    return this.#most - this.#taken;
  }

  /** Attempts under way, and outcomes that are not written yet. */
  get taken(): number {
    return this.#taken;
  }

  take(): void {
    this.#taken += 1;
  }

  /** The outcome of an attempt goes to the recorder with this delivery. */
  settled(delivery: Delivery): void {
    this.#settled.add(delivery);
  }

  /** There is no outcome to be recorded: nothing was sent, or the partition was lost. */
  giveBack(): void {
    this.#taken -= 1;
  }

  /** What the recorder is done with; parkings among it have no permit. */
  recorded(deliveries: readonly Delivery[]): void {
    for (const delivery of deliveries) {
      if (this.#settled.delete(delivery)) this.#taken -= 1;
    }
  }
}
