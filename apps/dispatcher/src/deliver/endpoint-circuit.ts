/**
 * So many deliveries failed in a row, and no other succeeded. One delivery that an endpoint can't digest, tried again and
 * again, does not open the circuit, and neither does a short restart: as failures come, fewer attempts are under way.
 */
const FAILED_OF_OPEN = 5;
/** The first pause is as long as the schedule waits before a first retry: what failed comes back with the first probe. */
const OPEN_PAUSE_MS = { first: 5_000, longest: 60_000 };
const OVERLOAD_PAUSE_MS = { first: 1_000, longest: 60_000 };
const LONGEST_PAUSE_MS = 60 * 60_000;
/** Endpoints that failed together, on one host for example, are not probed together. */
const JITTER = 0.2;

/**
 * When nothing is sent to an endpoint: it asked for time, it fails whatever it is sent, or it is being turned off. After a
 * run of failures without any success the circuit is open: a pause, one probe, and with each probe that fails a longer
 * pause. Any success closes it. What waits meanwhile uses up no attempt: the circuit delays and never cancels.
 */
export class EndpointCircuit {
  readonly #random: () => number;
  /** Deliveries that failed since the last success; no more of them are kept than it takes. */
  readonly #failed = new Set<string>();
  #openings = 0;
  #overloads = 0;
  #openedAtMs = 0;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;

  /** @param random uniform in [0, 1). */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** How often it was opened since the last success: 0 while it is closed, 1 before the first probe failed. */
  get openings(): number {
    return this.#openings;
  }

  get isOpen(): boolean {
    return this.#openings > 0;
  }

  /** For how long it has been open, in milliseconds. */
  openMs(nowMs: number): number {
    return this.isOpen ? nowMs - this.#openedAtMs : 0;
  }

  /** No attempt may start now. */
  isPaused(nowMs: number): boolean {
    return this.#pausedUntilMs > nowMs;
  }

  /** How long the pause still takes, in milliseconds. */
  pausedMs(nowMs: number): number {
    return Math.max(0, this.#pausedUntilMs - nowMs);
  }

  succeeded(): void {
    this.#failed.clear();
    this.#openings = 0;
    this.#overloads = 0;
  }

  failed(deliveryId: string, startedAtMs: number, nowMs: number): void {
    // Under way since before it opened: that says nothing new.
    if (this.isOpen && startedAtMs < this.#pausedUntilMs) return;
    if (!this.isOpen && this.#failed.add(deliveryId).size < FAILED_OF_OPEN) return;
    if (!this.isOpen) this.#openedAtMs = nowMs;
    const planned = Math.min(OPEN_PAUSE_MS.first * 2 ** this.#openings, OPEN_PAUSE_MS.longest);
    this.#openings += 1;
    this.pause(planned * (1 - JITTER + 2 * JITTER * this.#random()), nowMs);
  }

  /** The endpoint says it has too much to do: waits as it asked, at most an hour, or longer each time if it did not say. */
  overloaded(askedMs: number | null, nowMs: number): void {
    const unasked = Math.min(OVERLOAD_PAUSE_MS.first * 2 ** this.#overloads, OVERLOAD_PAUSE_MS.longest);
    this.#overloads += 1;
    this.pause(Math.min(askedMs ?? unasked, LONGEST_PAUSE_MS), nowMs);
  }

  pause(milliseconds: number, nowMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + milliseconds);
  }
}
