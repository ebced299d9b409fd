import { RecentCount } from './recent-count.js';

/** An attempt that takes longer makes its webhook slow at once. */
export const SLOW_MS = 1_000;
/** So does an average beyond this: such an endpoint holds as many slots as a hundred quick ones. */
const SLOW_AVERAGE_MS = 500;
/** So many quick answers in a row end it: an endpoint that hangs every second time stays slow. */
const QUICK_AGAIN = 5;
/** So many failures in a row, and the endpoint is no longer known to work. */
const FAILURES_OF_UNPROVEN = 3;
/** The weight of the newest attempt in the average. */
const NEWEST = 0.2;
/** What an endpoint takes in this time may wait for it: it has its turn before it would be parked. */
const ROOM_MS = 500;

/**
 * What is known of an endpoint, and by that which slots it may have:
 * - `proven`: it succeeded and answers quickly;
 * - `unproven`: no success is known, or the last attempts failed;
 * - `slow`: its attempts take long.
 */
export type Standing = 'proven' | 'unproven' | 'slow';

/** How long an endpoint takes and how often it succeeds: what its next attempt is likely to cost. */
export class EndpointPace {
  readonly #successes = new RecentCount();
  #succeeded = false;
  #failuresInRow = 0;
  #quickInRow = 0;
  #averageMs: number | null = null;
  #slow = false;

  get standing(): Standing {
    if (this.#slow) return 'slow';
    return this.#succeeded && this.#failuresInRow < FAILURES_OF_UNPROVEN ? 'proven' : 'unproven';
  }

  /** About how many attempts succeeded in the last half second. */
  recent(nowMs: number): number {
    return this.#successes.at(nowMs);
  }

  /** How many attempts it takes in half a second with so many at once; null as long as none has ended. */
  expected(atOnce: number): number | null {
    return this.#averageMs === null ? null : (atOnce * ROOM_MS) / Math.max(1, this.#averageMs);
  }

  /** An attempt is over after so long. */
  took(milliseconds: number): void {
    this.#averageMs = this.#averageMs === null ? milliseconds : this.#averageMs * (1 - NEWEST) + milliseconds * NEWEST;
    if (milliseconds >= SLOW_AVERAGE_MS) this.#quickInRow = 0;
    else this.#quickInRow += 1;
    if (this.#slow && this.#quickInRow >= QUICK_AGAIN) {
      this.#slow = false;
      this.#averageMs = milliseconds;
    } else if (milliseconds >= SLOW_MS || this.#averageMs >= SLOW_AVERAGE_MS) this.#slow = true;
  }

  /** An attempt is under way for longer than {@link SLOW_MS}. */
  takesLong(): void {
    this.#slow = true;
    this.#quickInRow = 0;
  }

  succeeded(nowMs: number): void {
    this.#successes.add(nowMs);
    this.#succeeded = true;
    this.#failuresInRow = 0;
  }

  failed(): void {
    this.#failuresInRow += 1;
  }
}
