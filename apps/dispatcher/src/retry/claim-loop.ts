import type { Logger } from '@sluice/service-kit/logger';
import type { Delivery } from '../model/delivery.js';
import type { Capacity, PendingDeliveries } from './pending-deliveries.js';

export interface ClaimLoopParts {
  pending: Pick<PendingDeliveries, 'claim'>;
  capacity: Capacity;
  /** Called before each claim: a share is asked for once in it. */
  beginClaim: () => void;
  /** Whether attempts may start at all. */
  mayStart: () => boolean;
  claimed: (deliveries: Delivery[]) => void;
  logger: Logger;
}

/** Rows become due without anybody saying so. */
const IDLE_MS = 250;
/** Between two claims when there is much to do: rows of one claim share its statement. */
const BUSY_MS = 20;
/** A claim of fewer rows waits so many times for more room. */
const SMALL = 64;
const SMALL_WAITS = 4;
const LONGEST_BACKOFF_MS = 2_000;

/** Claims pending rows as they become due, never more than can start about now. */
export class ClaimLoop {
  readonly #parts: ClaimLoopParts;
  #loop: Promise<void> | null = null;
  #stopped = false;
  #woken = false;
  #fault: string | null = null;
  #wake: () => void = () => {};

  constructor(parts: ClaimLoopParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** There may be rows to claim now: some were parked, or a webhook has room for more. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  problem(): string | null {
    return this.#fault === null ? null : `pending deliveries can't be claimed: ${this.#fault}`;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped) {
      try {
        const claimed = await this.#claim();
        failures = 0;
        this.#fault = null;
        await this.#pause(BUSY_MS, false);
        if (claimed === 0) await this.#pause(IDLE_MS - BUSY_MS, true);
        else await this.#untilWorthwhile();
      } catch (error) {
        failures += 1;
        this.#fault = error instanceof Error ? error.message : String(error);
        this.#parts.logger.warn({ err: error }, 'pending.claim_failed');
        await this.#pause(Math.min(IDLE_MS * 2 ** failures, LONGEST_BACKOFF_MS), false);
      }
    }
  }

  async #claim(): Promise<number> {
    const { pending, capacity, beginClaim, mayStart, claimed } = this.#parts;
    this.#woken = false;
    if (!mayStart() || capacity.total() === 0) return 0;
    beginClaim();
    const deliveries = await pending.claim(capacity);
    if (deliveries.length > 0) claimed(deliveries);
    return deliveries.length;
  }

  /** With little room, waits a little for more: a claim costs as much for one row as for a hundred. */
  async #untilWorthwhile(): Promise<void> {
    for (let waits = 0; waits < SMALL_WAITS && this.#parts.capacity.total() < SMALL; waits += 1) {
      await this.#pause(BUSY_MS, false);
    }
  }

  #pause(milliseconds: number, wakeable: boolean): Promise<void> {
    if (this.#stopped || (wakeable && this.#woken)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wake = () => {
        if (wakeable || this.#stopped) done();
      };
    });
  }
}
