import type { Clock } from '@sluice/service-kit/clock';
import type { Delivery } from '../delivery.js';
import type { TimeSlices } from '../match/time-slices.js';
import type { Permits } from './permits.js';
import { RecentCount } from './recent-count.js';
import { FIRST_WINDOW, SLOW_MS, WebhookQueue } from './webhook-queue.js';
import { Work } from './work.js';

export interface QueueLimits {
  /** Deliveries waiting for one webhook of which nothing is known yet, or which takes few. */
  waiting: number;
  /** Attempts at once for one webhook. */
  atOnce: number;
  /** Attempts at once in all; slow webhooks together get half of them, claimed rows as well. */
  slots: number;
}

/** What the queues ask and tell. */
export interface QueueOwner {
  /** Whether an attempt for it may start now. */
  check(delivery: Delivery): 'start' | 'turn away' | 'wait';
  /** Its turn has come: a slot, a permit and the check allow it. */
  start(work: Work): void;
  /** Its turn has come, and its webhook wants no attempt. */
  turnAway(delivery: Delivery): void;
}

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

/** An idle webhook's behaviour is remembered this long. */
const REMEMBERED_MS = 60_000;
const FORGET_EVERY_MS = 10_000;

/**
 * All deliveries in this dispatcher's hands: a queue for each webhook, and the slots that all of them share. Webhooks take
 * turns, one attempt each; slow ones have a line of their own and at most half of all slots.
 */
export class DeliveryQueues {
  readonly #limits: QueueLimits;
  readonly #permits: Permits;
  readonly #owner: QueueOwner;
  readonly #clock: Clock;
  readonly #slices: TimeSlices;
  readonly #queues = new Map<string, WebhookQueue>();
  /** Whose turn comes next. A webhook stands in one of the two lines as long as it has something to start. */
  readonly #line = new Set<WebhookQueue>();
  readonly #slowLine = new Set<WebhookQueue>();
  readonly #pausing = new Set<WebhookQueue>();
  /** In the order of start. */
  readonly #sending = new Set<Work>();
  /** In the order of entry: straight from the stream and not parked, and claimed ones that wait. */
  readonly #fromStream = new Set<Work>();
  readonly #claimedWaiting = new Set<Work>();
  readonly #successes = new RecentCount();
  #claimed = 0;
  #slowSending = 0;
  #slowTurn = false;
  #starting = false;
  #closed = false;
  #forgotAtMs = 0;

  constructor(parts: { limits: QueueLimits; permits: Permits; owner: QueueOwner; clock: Clock; slices: TimeSlices }) {
    this.#limits = parts.limits;
    this.#permits = parts.permits;
    this.#owner = parts.owner;
    this.#clock = parts.clock;
    this.#slices = parts.slices;
  }

  get sending(): number {
    return this.#sending.size;
  }

  /** Claimed rows, and deliveries from the stream that are not parked yet. */
  get inHand(): number {
    return this.#fromStream.size + this.#claimed;
  }

  /** About how many attempts succeeded in the last half second. */
  get recentSuccesses(): number {
    return this.#successes.at(this.#clock.monotonicMs());
  }

  /** Takes a delivery from the stream, unless its webhook is slow, pausing, or has enough waiting: false, park it then. */
  offer(delivery: Delivery): boolean {
    if (this.#closed) return false;
    const queue = this.#queueOf(delivery.webhookId);
    const now = this.#clock.monotonicMs();
    if (queue.pausedUntilMs > now || queue.waiting >= queue.room(this.#limits.waiting, now)) return false;
    if (queue.slow && queue.waiting + queue.sending > 0) return false;
    const work = new Work(delivery, queue, now);
    this.#fromStream.add(work);
    this.#enqueue(work);
    return true;
  }

  /** Takes a delivery that was claimed within `free` and `total`. */
  take(delivery: Delivery): void {
    const work = new Work(delivery, this.#queueOf(delivery.webhookId), this.#clock.monotonicMs());
    this.#claimed += 1;
    this.#claimedWaiting.add(work);
    this.#enqueue(work);
  }

  /** How many more of a webhook's pending rows could start about now. */
  free(webhookId: string): number {
    const queue = this.#queues.get(webhookId);
    if (queue === undefined) return 2 * FIRST_WINDOW;
    if (queue.pausedUntilMs > this.#clock.monotonicMs()) return 0;
    const held = queue.sending + queue.waiting;
    if (!queue.slow) return Math.max(0, 2 * queue.window - held);
    return Math.max(0, Math.min(queue.window - held, this.#slowSlots - this.#slowSending));
  }

  /** How many pending rows could start about now, in all: they leave half of the slots to the stream. */
  total(): number {
    if (this.#closed) return 0;
    const free = Math.min(this.#limits.slots / 2 - this.#claimed, this.#permits.free);
    return Math.max(0, Math.floor(free));
  }

  /** Starts what can start. Call it whenever a slot, a permit or the right to start came free. */
  startSome(): void {
    if (this.#starting) return;
    this.#starting = true;
    let goesOn = false;
    try {
      while (this.#startNext() && !goesOn) goesOn = this.#slices.over;
    } finally {
      this.#starting = goesOn;
    }
    if (goesOn) void this.#slices.next().then(this.#startMore);
  }

  readonly #startMore = (): void => {
    this.#starting = false;
    this.startSome();
  };

  /** An attempt is over, or was not made after all (`manner` null). */
  ended(work: Work, manner: AttemptManner | null): void {
    const { queue } = work;
    const now = this.#clock.monotonicMs();
    if (!this.#sending.delete(work)) return;
    this.#changeSpeed(queue, () => {
      queue.sending -= 1;
      if (manner === null) return;
      if (manner.answered && now - work.startedAtMs < SLOW_MS) queue.slow = false;
      if (manner.succeeded) {
        queue.succeeded(now);
        this.#successes.add(now);
      } else queue.failed();
      if (manner.overloaded) queue.overloaded(manner.askedMs, now);
    });
    this.#leave(work);
    this.#standInLine(queue);
    this.startSome();
  }

  /** The webhook asks for no attempts for a while. */
  pause(webhookId: string, milliseconds: number): void {
    const queue = this.#queueOf(webhookId);
    queue.pause(milliseconds, this.#clock.monotonicMs());
    this.#standInLine(queue);
  }

  /** The webhook changed: what waits for it is looked at now, whatever its endpoint asked for. */
  changed(webhookId: string): void {
    const queue = this.#queues.get(webhookId);
    if (queue === undefined) return;
    while (true) {
      const work = queue.peek();
      if (work === undefined || this.#owner.check(work.delivery) !== 'turn away') break;
      this.#turnAway(work);
    }
    this.#standInLine(queue);
  }

  /** Deliveries from the stream that entered before then: those that wait are given up here, those under way go on. */
  takeUnfinished(
    enteredBeforeMs: number,
    of: (delivery: Delivery) => boolean = () => true,
  ): { waiting: Delivery[]; sending: Work[] } {
    const waiting: Delivery[] = [];
    const sending: Work[] = [];
    for (const work of this.#fromStream) {
      if (work.enteredAtMs > enteredBeforeMs) break;
      if (!of(work.delivery)) continue;
      if (work.state === 'sending') {
        this.#fromStream.delete(work);
        sending.push(work);
      } else {
        this.#drop(work);
        waiting.push(work.delivery);
      }
    }
    return { waiting, sending };
  }

  /** Claimed deliveries that have been waiting since before then are given up here: their leases run. */
  takeClaimed(enteredBeforeMs: number): Delivery[] {
    const waiting: Delivery[] = [];
    for (const work of this.#claimedWaiting) {
      if (work.enteredAtMs > enteredBeforeMs) break;
      this.#drop(work);
      waiting.push(work.delivery);
    }
    return waiting;
  }

  /** What is under way since before then, the longest first. */
  sendingSince(startedBeforeMs: number): Work[] {
    const found: Work[] = [];
    for (const work of this.#sending) {
      if (work.startedAtMs > startedBeforeMs) break;
      found.push(work);
    }
    return found;
  }

  /**
   * Marks webhooks slow whose attempts take long. Answers those attempts that slow webhooks hold beyond half of all slots,
   * the longest under way first: they have to end, or all others would wait for them.
   */
  markSlow(): Work[] {
    const long = this.sendingSince(this.#clock.monotonicMs() - SLOW_MS);
    for (const { queue } of long) {
      if (queue.slow) continue;
      this.#changeSpeed(queue, () => queue.tookLong());
      this.#standInLine(queue);
    }
    return long.slice(0, Math.max(0, this.#slowSending - this.#slowSlots));
  }

  /** Lets webhooks go on whose pause is over, and forgets what has long been idle. */
  tidy(): void {
    const now = this.#clock.monotonicMs();
    for (const queue of this.#pausing) {
      if (queue.pausedUntilMs > now) continue;
      this.#pausing.delete(queue);
      this.#standInLine(queue);
    }
    if (now - this.#forgotAtMs < FORGET_EVERY_MS) return;
    this.#forgotAtMs = now;
    for (const [webhookId, queue] of this.#queues) {
      const idle = queue.waiting + queue.sending === 0 && queue.pausedUntilMs <= now;
      if (idle && now - queue.usedAtMs > REMEMBERED_MS) this.#queues.delete(webhookId);
    }
  }

  /** Nothing starts any more. */
  close(): void {
    this.#closed = true;
  }

  get #slowSlots(): number {
    return Math.floor(this.#limits.slots / 2);
  }

  #queueOf(webhookId: string): WebhookQueue {
    let queue = this.#queues.get(webhookId);
    if (queue === undefined) {
      queue = new WebhookQueue(webhookId, this.#limits.atOnce);
      this.#queues.set(webhookId, queue);
    }
    queue.usedAtMs = this.#clock.monotonicMs();
    return queue;
  }

  #enqueue(work: Work): void {
    work.queue.push(work);
    this.#standInLine(work.queue);
  }

  #standInLine(queue: WebhookQueue): void {
    this.#line.delete(queue);
    this.#slowLine.delete(queue);
    if (!queue.canStart) return;
    if (queue.pausedUntilMs > this.#clock.monotonicMs()) this.#pausing.add(queue);
    else (queue.slow ? this.#slowLine : this.#line).add(queue);
  }

  #next(): WebhookQueue | undefined {
    const slowMay = this.#slowSending < this.#slowSlots;
    this.#slowTurn = !this.#slowTurn;
    const [first, second] = this.#slowTurn ? [this.#slowLine, this.#line] : [this.#line, this.#slowLine];
    for (const line of [first, second]) {
      if (line === this.#slowLine && !slowMay) continue;
      for (const queue of line) return queue;
    }
    return undefined;
  }

  /** False when nothing can start now. */
  #startNext(): boolean {
    if (this.#closed || this.#sending.size >= this.#limits.slots || this.#permits.free === 0) return false;
    const queue = this.#next();
    if (queue === undefined) return false;
    const work = queue.peek();
    if (work !== undefined) {
      const verdict = this.#owner.check(work.delivery);
      if (verdict === 'wait') return false;
      if (verdict === 'start') this.#start(work);
      else this.#turnAway(work);
    }
    this.#standInLine(queue);
    return true;
  }

  #start(work: Work): void {
    const { queue } = work;
    work.state = 'sending';
    work.startedAtMs = this.#clock.monotonicMs();
    queue.left();
    queue.sending += 1;
    if (queue.slow) this.#slowSending += 1;
    this.#sending.add(work);
    this.#claimedWaiting.delete(work);
    this.#permits.take();
    this.#owner.start(work);
  }

  #turnAway(work: Work): void {
    this.#drop(work);
    this.#owner.turnAway(work.delivery);
  }

  /** The work waits and won't be started here. */
  #drop(work: Work): void {
    this.#leave(work);
    work.queue.left();
  }

  #leave(work: Work): void {
    if (work.state === 'ended') return;
    work.state = 'ended';
    this.#fromStream.delete(work);
    this.#claimedWaiting.delete(work);
    if (work.claimed) this.#claimed -= 1;
  }

  #changeSpeed(queue: WebhookQueue, change: () => void): void {
    if (queue.slow) this.#slowSending -= queue.sending;
    change();
    if (queue.slow) this.#slowSending += queue.sending;
  }
}
