import { RecentCount } from './recent-count.js';
import type { Work } from './work.js';

/** An attempt that takes longer makes its webhook slow, until it answers quickly. */
export const SLOW_MS = 1_000;
/** How many attempts at once a webhook begins with, before anything is known of it. */
export const FIRST_WINDOW = 2;
const LONGEST_PAUSE_MS = 60 * 60_000;
const OVERLOAD_PAUSE_MS = { first: 1_000, longest: 60_000 };

/**
 * What waits for one webhook, and how its endpoint has been behaving. The window of attempts at once grows by one with each
 * success and falls back to one with a failure, so that an endpoint that hangs costs few slots before it
 * is known to hang.
 */
export class WebhookQueue {
  readonly webhookId: string;
  readonly #mostAtOnce: number;
  #waiting: Work[] = [];
  #head = 0;
  #waitingCount = 0;
  #window: number;
  #overloads = 0;
  readonly #successes = new RecentCount();
  /** Attempts under way. */
  sending = 0;
  slow = false;
  /** No attempt starts before (monotonic): the endpoint asked for it. */
  pausedUntilMs = Number.NEGATIVE_INFINITY;
  /** Monotonic. */
  usedAtMs = 0;

  constructor(webhookId: string, mostAtOnce: number) {
    this.webhookId = webhookId;
    this.#mostAtOnce = mostAtOnce;
    this.#window = Math.min(FIRST_WINDOW, mostAtOnce);
  }

  get waiting(): number {
    return this.#waitingCount;
  }

  /** Attempts that may be under way at once. */
  get window(): number {
    return this.#window;
  }

  get canStart(): boolean {
    return this.#waitingCount > 0 && this.sending < this.#window;
  }

  push(work: Work): void {
    this.#waiting.push(work);
    this.#waitingCount += 1;
  }

  /** The one that waits longest, left where it is. */
  peek(): Work | undefined {
    while (this.#head < this.#waiting.length) {
      const work = this.#waiting[this.#head] as Work;
      if (work.state === 'waiting') return work;
      this.#head += 1;
    }
    this.#waiting = [];
    this.#head = 0;
    return undefined;
  }

  /** The work no longer waits: it was started, or taken away from the middle. */
  left(): void {
    this.#waitingCount -= 1;
    if (this.#waitingCount > 0 && this.#head * 2 < this.#waiting.length) return;
    this.#waiting = this.#waitingCount === 0 ? [] : this.#waiting.slice(this.#head);
    this.#head = 0;
  }

  /**
   * How many deliveries may wait: as many as this endpoint takes in half a second, so that what waits has its turn before
   * the second is over after which it would be parked; at least `least`.
   */
  room(least: number, nowMs: number): number {
    return Math.max(least, this.#successes.at(nowMs));
  }

  succeeded(nowMs: number): void {
    this.#successes.add(nowMs);
    this.#overloads = 0;
    this.#window = Math.min(this.#window + 1, this.#mostAtOnce);
  }

  /** One attempt at a time until one succeeds. */
  failed(): void {
    this.#window = 1;
  }

  /** An attempt is under way for longer than {@link SLOW_MS}. */
  tookLong(): void {
    this.slow = true;
    this.#window = Math.min(this.#window, FIRST_WINDOW);
  }

  /** The endpoint says it has too much to do: waits as it asked, at most an hour, or longer each time if it did not say. */
  overloaded(askedMs: number | null, nowMs: number): void {
    this.#overloads += 1;
    const unasked = Math.min(OVERLOAD_PAUSE_MS.first * 2 ** (this.#overloads - 1), OVERLOAD_PAUSE_MS.longest);
    this.pause(Math.min(askedMs ?? unasked, LONGEST_PAUSE_MS), nowMs);
  }

  pause(milliseconds: number, nowMs: number): void {
    this.pausedUntilMs = Math.max(this.pausedUntilMs, nowMs + milliseconds);
    this.#window = 1;
  }
}
