import { EndpointPace, SLOW_MS } from './endpoint-pace.js';
import type { Work } from './work.js';

/** How many attempts at once a webhook begins with, before anything is known of it. */
export const FIRST_WINDOW = 2;
/** So many may wait for any endpoint that is not slow. */
const LEAST_ROOM = 16;
const LONGEST_PAUSE_MS = 60 * 60_000;
const OVERLOAD_PAUSE_MS = { first: 1_000, longest: 60_000 };

/**
 * What waits for one webhook, and how its endpoint has been behaving. The window of attempts at once grows by one with each
 * success and falls back to one with a failure, so that an endpoint that hangs costs few slots before it
 * is known to hang.
 */
export class WebhookQueue {
  readonly webhookId: string;
  readonly pace = new EndpointPace();
  readonly #mostAtOnce: number;
  #waiting: Work[] = [];
  #head = 0;
  #waitingCount = 0;
  #window: number;
  #overloads = 0;
  /** Attempts under way. */
  sending = 0;
  /** Of what waits or is under way: straight from the stream and not parked, and claimed rows. */
  fromStream = 0;
  claimed = 0;
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
   * Whether one more from the stream may wait: as many may as this endpoint takes in half a second, so that each has its
   * turn before the second is over after which it would be parked.
   *
   * @param unknown the bound for an endpoint of which nothing is known yet.
   */
  hasRoom(unknown: number, nowMs: number): boolean {
    if (this.pausedUntilMs > nowMs) return false;
    const recent = this.pace.recent(nowMs);
    if (this.pace.standing === 'slow') return this.waiting + this.sending < Math.max(1, recent);
    const expected = this.pace.expected(this.#window);
    return this.waiting < (expected === null ? unknown : Math.max(LEAST_ROOM, recent, expected));
  }

  /** An attempt ended that took so long. One that failed quickly without an answer says nothing about the endpoint's pace. */
  ended({ succeeded, answered }: { succeeded: boolean; answered: boolean }, tookMs: number, nowMs: number): void {
    if (answered || tookMs >= SLOW_MS) this.pace.took(tookMs);
    if (succeeded) {
      this.pace.succeeded(nowMs);
      this.#overloads = 0;
      this.#window = Math.min(this.#window + 1, this.#mostAtOnce);
    } else {
      this.pace.failed();
      this.#window = 1;
    }
  }

  /** An attempt is under way for long: what is known of its duration so far makes the webhook slow. */
  takesLong(): void {
    this.pace.takesLong();
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
