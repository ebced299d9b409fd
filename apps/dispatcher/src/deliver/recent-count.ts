/** Older than this weighs little. */
const WINDOW_MS = 500;

/**
 * About how many there were in the last half second: a count that fades (exponentially), so that it needs neither a timer
 * nor a list of moments.
 */
export class RecentCount {
  #count = 0;
  #atMs = 0;

  /** One more, now (monotonic milliseconds). */
  add(nowMs: number): void {
    this.#count = this.at(nowMs) + 1;
    this.#atMs = nowMs;
  }

  at(nowMs: number): number {
    return this.#count * Math.exp((this.#atMs - nowMs) / WINDOW_MS);
  }
}
