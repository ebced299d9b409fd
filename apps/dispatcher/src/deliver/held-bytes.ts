import type { Standing } from './endpoint-pace.js';

/** The parts of a queue that count. */
interface HeldByQueue {
  readonly pace: { readonly standing: Standing };
  readonly bytes: number;
  readonly claimedBytes: number;
}

/**
 * Events' data in hand beyond what the intake is bounded by: of endpoints that may keep a delivery for as long as an attempt
 * takes, and, apart from them, of claimed rows of the others. Neither is charged for the other.
 */
export class HeldBytes {
  readonly #most: number;
  #doubtful = 0;
  #claimed = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** What the queue holds begins to count (-1: ends). */
  count(queue: HeldByQueue, sign: 1 | -1): void {
    if (queue.pace.standing === 'proven') this.#claimed += sign * queue.claimedBytes;
    else this.#doubtful += sign * queue.bytes;
  }

  /** Whether one more from the stream may come into hand. A single event beyond the limit may. */
  mayTake(standing: Standing): boolean {
    return standing === 'proven' || this.#doubtful < this.#most;
  }

  mayClaim(standing: Standing): boolean {
    return standing === 'proven' ? this.#claimed < this.#most : this.#doubtful < this.#most;
  }
}
