/** Sums of fractions miss a whole number by less. */
const ROUNDING = 1e-9;

/**
 * A rate limit, or this dispatcher's part of one: each attempt takes a token, and tokens come back evenly. While there is
 * less to send they are saved up, at most a second's worth, and never less than one. It begins with one: what was sent
 * before this dispatcher started is not known.
 */
export class TokenBucket {
  #perSecond: number;
  #tokens = 1;
  #atMs: number;

  /** @param nowMs monotonic, as everywhere here. */
  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#atMs = nowMs;
  }

  /** What was saved up at another rate is kept as far as it has room. */
  changeRate(perSecond: number, nowMs: number): void {
    this.#tokens = this.#at(nowMs);
    this.#atMs = nowMs;
    this.#perSecond = perSecond;
  }

  /** Whether an attempt may start. */
  mayTake(nowMs: number): boolean {
    return this.#at(nowMs) + ROUNDING >= 1;
  }

  take(nowMs: number): void {
    this.#tokens = Math.max(0, this.#at(nowMs) - 1);
    this.#atMs = nowMs;
  }

  /** How many attempts may start between now and so many milliseconds later. */
  within(milliseconds: number, nowMs: number): number {
    return Math.floor(this.#at(nowMs) + this.#given(milliseconds) + ROUNDING);
  }

  #at(nowMs: number): number {
    return Math.min(Math.max(1, this.#perSecond), this.#tokens + this.#given(nowMs - this.#atMs));
  }

  #given(milliseconds: number): number {
    return (milliseconds / 1_000) * this.#perSecond;
  }
}
