import type { Clock } from '@sluice/service-kit/clock';
import type { FactQueue } from './queue.js';

/** So long facts gather when nothing was written lately: an event's deliveries tend to come together. */
const GATHER_MS = 4;
/** Under a steady trickle a transaction starts this often; it keeps the number of statements per delivery small. */
const INTERVAL_MS = 40;
/** And this often when first deliveries wait for it. */
const AWAITED_INTERVAL_MS = 12;
/** So much waiting starts a transaction at once. */
const ENOUGH = 250;

/** Decides when the next transaction starts: soon after silence, seldom under a trickle, at once when much waits. */
export class Rhythm {
  #wake: (() => void) | null = null;
  #gathering = false;
  #hurried = false;
  #awaited = false;
  #startedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    readonly clock: Clock,
    readonly queue: FactQueue,
  ) {}

  /** Resolves when a transaction should start, or after `idleMs` when nothing came. */
  async next(idleMs: number): Promise<void> {
    if (this.queue.isEmpty && !this.#hurried) await this.#sleep(idleMs);
    const beganAtMs = this.clock.monotonicMs();
    this.#gathering = true;
    while (!this.queue.isEmpty && !this.#hurried && this.queue.weight < ENOUGH) {
      const intervalMs = this.#awaited ? AWAITED_INTERVAL_MS : INTERVAL_MS;
      const until = Math.max(beganAtMs + GATHER_MS, this.#startedAtMs + intervalMs);
      const left = until - this.clock.monotonicMs();
      if (left <= 0) break;
      await this.#sleep(left);
    }
    this.#gathering = false;
    this.#hurried = false;
    this.#awaited = false;
    this.#startedAtMs = this.clock.monotonicMs();
  }

  /** Something was added to the queue. */
  added(): void {
    if (!this.#gathering || this.queue.weight >= ENOUGH) this.#wake?.();
  }

  /** A delivery can't start before what was added is written. */
  awaited(): void {
    if (this.#awaited) return;
    this.#awaited = true;
    this.#wake?.();
  }

  /** Somebody waits for what was added: don't gather. */
  hurry(): void {
    this.#hurried = true;
    this.#wake?.();
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.#wake = done;
    });
  }
}
