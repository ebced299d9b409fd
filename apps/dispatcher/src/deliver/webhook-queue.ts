import { EndpointCircuit } from './endpoint-circuit.js';
import { EndpointPace, SLOW_MS } from './endpoint-pace.js';
import type { QueueShare } from './queue-terms.js';
import { TokenBucket } from './token-bucket.js';
import type { Work } from './work.js';

/** How many attempts at once a webhook begins with, before anything is known of it. */
const FIRST_WINDOW = 2;
/** So many may wait for any endpoint that is not slow. */
const LEAST_ROOM = 16;
/** What a rate lets start in this time may wait: it has its turn before it would be parked. */
const SOON_MS = 500;
/** The part of what an endpoint takes in half a second that is claimed at a time: claims come many a second. */
const CLAIMED_OF_RECENT = 0.5;

/** How an endpoint behaved in an attempt. */
export interface AttemptManner {
  succeeded: boolean;
  /** It answered at all. */
  answered: boolean;
  /** It said that it has too much to do. */
  overloaded: boolean;
  /** The pause that it asked for, in milliseconds. */
  askedMs: number | null;
}

/**
 * What waits for one webhook, and how its endpoint has been behaving. The window of attempts at once grows by one with each
 * success and falls back to one with a failure, so that an endpoint that hangs costs few slots before it
 * is known to hang.
 */
export class WebhookQueue {
  readonly webhookId: string;
  #pace = new EndpointPace();
  #circuit = new EndpointCircuit();
  #bucket: TokenBucket | null = null;
  #endpoint: string | null;
  #mostAtOnce: number;
  #waiting: Work[] = [];
  #head = 0;
  #waitingCount = 0;
  #window = FIRST_WINDOW;
  /** Older deliveries of a limited webhook wait as rows: what comes from the stream stands in line behind them. */
  #behind = false;
  /** Monotonic. What began earlier says nothing about the endpoint that the webhook has now. */
  #knownSinceMs: number;
  /** Attempts under way. */
  sending = 0;
  /** Of what waits or is under way: straight from the stream and not parked, and claimed rows. */
  fromStream = 0;
  claimed = 0;
  /** Of the events of all that waits or is under way, and of claimed rows among it. */
  bytes = 0;
  claimedBytes = 0;
  /** Monotonic. */
  usedAtMs: number;

  constructor(webhookId: string, share: QueueShare, nowMs: number) {
    this.webhookId = webhookId;
    this.#endpoint = share.endpoint;
    this.#mostAtOnce = share.atOnce;
    this.#knownSinceMs = nowMs;
    this.usedAtMs = nowMs;
    this.become(share, nowMs);
  }

  get pace(): EndpointPace {
    return this.#pace;
  }

  get circuit(): EndpointCircuit {
    return this.#circuit;
  }

  /** It has a rate limit: what waits may wait for that, not for the endpoint. */
  get isLimited(): boolean {
    return this.#bucket !== null;
  }

  get waiting(): number {
    return this.#waitingCount;
  }

  /** Attempts that may be under way at once; while the circuit is open it is the probe alone. */
  get window(): number {
    return this.#window;
  }

  get canStart(): boolean {
    return this.#waitingCount > 0 && this.sending < this.window;
  }

  /** Neither a pause nor the rate limit is in the way. */
  isReady(nowMs: number): boolean {
    return !this.#circuit.isPaused(nowMs) && (this.#bucket?.mayTake(nowMs) ?? true);
  }

  /** The webhook, or this dispatcher's part of its limits, has changed. A new endpoint begins anew. */
  become({ endpoint, perSecond, atOnce }: QueueShare, nowMs: number): void {
    if (perSecond === null) this.#bucket = null;
    else if (this.#bucket === null) this.#bucket = new TokenBucket(perSecond, nowMs);
    else this.#bucket.changeRate(perSecond, nowMs);
    this.#mostAtOnce = atOnce;
    if (endpoint !== this.#endpoint) {
      this.#endpoint = endpoint;
      this.#pace = new EndpointPace();
      this.#circuit = new EndpointCircuit();
      this.#window = FIRST_WINDOW;
      this.#knownSinceMs = nowMs;
    }
    this.#window = Math.min(this.#window, atOnce);
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

  /** An attempt begins. */
  started(nowMs: number): void {
    this.sending += 1;
    this.#bucket?.take(nowMs);
  }

  /**
   * Whether one more from the stream may wait: as many may as this endpoint takes in half a second, so that each has its
   * turn before the second is over after which it would be parked.
   *
   * @param unknown the bound for an endpoint of which nothing is known yet.
   */
  hasRoom(unknown: number, nowMs: number): boolean {
    if (this.#circuit.isOpen || this.#circuit.isPaused(nowMs)) return false;
    if (this.#bucket !== null && (this.#behind || this.waiting >= this.#bucket.within(SOON_MS, nowMs))) return false;
    const recent = this.pace.recent(nowMs);
    if (this.pace.standing === 'slow') return this.waiting + this.sending < Math.max(1, recent);
    const expected = this.pace.expected(this.window);
    return this.waiting < (expected === null ? unknown : Math.max(LEAST_ROOM, recent, expected));
  }

  /**
   * How many more pending rows could start about now, slots aside. Rows are older than what the stream brings, so they have
   * places of their own, also while the stream keeps the queue full.
   */
  claimable(nowMs: number): number {
    if (this.#circuit.isPaused(nowMs)) return 0;
    if (this.#circuit.isOpen || this.pace.standing === 'slow') return this.sending + this.waiting < this.window ? 1 : 0;
    const soon = Math.max(2 * this.window, Math.floor(this.pace.recent(nowMs) * CLAIMED_OF_RECENT));
    const places = Math.max(0, soon - this.claimed);
    return this.#bucket === null ? places : Math.min(places, this.#inTime(this.#bucket, nowMs));
  }

  /** Whether older deliveries wait as rows, as far as is known. */
  set behind(behind: boolean) {
    this.#behind = behind;
  }

  /** An attempt is over. One that failed quickly without an answer says nothing about the endpoint's pace. */
  ended({ delivery, startedAtMs }: Work, manner: AttemptManner, nowMs: number): void {
    if (startedAtMs < this.#knownSinceMs) return;
    const tookMs = nowMs - startedAtMs;
    if (manner.answered || tookMs >= SLOW_MS) this.pace.took(tookMs);
    if (manner.succeeded) {
      this.pace.succeeded(nowMs);
      this.#circuit.succeeded();
      this.#window = Math.min(this.#window + 1, this.#mostAtOnce);
    } else {
      this.pace.failed();
      this.#circuit.failed(delivery.id, startedAtMs, nowMs);
      this.#window = 1;
    }
    if (manner.overloaded) this.#circuit.overloaded(manner.askedMs, nowMs);
  }

  /** An attempt is under way for long: what is known of its duration so far makes the webhook slow. */
  takesLong(): void {
    this.pace.takesLong();
    this.#window = Math.min(this.#window, FIRST_WINDOW);
  }

  pause(milliseconds: number, nowMs: number): void {
    this.#circuit.pause(milliseconds, nowMs);
    this.#window = 1;
  }

  /** So many rows more have their turn soon at this rate. Few are left before more are claimed: not one claim for each token. */
  #inTime(bucket: TokenBucket, nowMs: number): number {
    const soon = bucket.within(SOON_MS, nowMs);
    return this.waiting * 2 > soon ? 0 : soon - this.waiting;
  }
}
