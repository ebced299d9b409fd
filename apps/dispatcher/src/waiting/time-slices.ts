const SLICE_MS = 4;

/**
 * Shares the event loop among long computations: who works in a loop asks `over` now and then, and awaits `next()` when it
 * is. The computations take turns, and between two turns the loop does everything else once.
 */
export class TimeSlices {
  readonly #sliceMs: number;
  readonly #waiting: (() => void)[] = [];
  #endsAtMs = 0;
  #scheduled = false;

  constructor(sliceMs = SLICE_MS) {
    this.#sliceMs = sliceMs;
  }

  /** The current slice is used up. */
  get over(): boolean {
    if (!this.#scheduled) {
      // Nobody has waited for a while: a slice begins with whoever asks first.
      this.#begin();
      this.#scheduled = true;
      setImmediate(this.#turn);
      return false;
    }
    return performance.now() >= this.#endsAtMs;
  }

  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(this.#turn);
    });
  }

  readonly #turn = (): void => {
    this.#scheduled = false;
    const first = this.#waiting.shift();
    if (first === undefined) return;
    this.#begin();
    this.#scheduled = true;
    setImmediate(this.#turn);
    first();
  };

  #begin(): void {
    this.#endsAtMs = performance.now() + this.#sliceMs;
  }
}
