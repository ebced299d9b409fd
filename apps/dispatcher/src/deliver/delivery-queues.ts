import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Delivery } from '../model/delivery.js';
import type { TimeSlices } from '../waiting/time-slices.js';
import { SLOW_MS } from './endpoint-pace.js';
import type { Permits } from './permits.js';
import type { QueueTerms } from './queue-terms.js';
import { RecentCount } from './recent-count.js';
import type { AttemptManner } from './webhook-queue.js';
import { WebhookQueues } from './webhook-queues.js';
import type { Work } from './work.js';
import { WorksInHand } from './works-in-hand.js';

/** What a dispatcher takes on at most: numbers of deliveries, and bytes. */
export interface QueueLimits {
  /** Deliveries waiting for one webhook of which nothing is known yet. */
  waiting: number;
  /** Attempts at once for one webhook. */
  atOnce: number;
  /** Attempts at once in all; see slot-lines.ts and claim-budget.ts for how they are shared. */
  slots: number;
  /** Of events in hand for endpoints that are slow or not known to work, and as much again of others' claimed rows. */
  heldBytes: number;
}

/** What the queues ask and tell. */
export interface QueueOwner {
  /** Whether an attempt for it may start now. */
  check(delivery: Delivery): 'start' | 'turn away' | 'wait';
  /** Its turn has come: a slot, a permit and the check allow it. */
  start(work: Work): void;
  /** Its turn has come, and its webhook wants no attempt. */
  turnAway(delivery: Delivery): void;
  /** These have no turn here for a while: they are for whoever claims them. */
  leave(deliveries: readonly Delivery[]): void;
}

export interface QueueParts {
  limits: QueueLimits;
  /** What a webhook says about its queue; asked again when it has changed. */
  termsOf: (webhookId: string) => QueueTerms;
  permits: Permits;
  owner: QueueOwner;
  clock: Clock;
  slices: TimeSlices;
  logger: Pick<Logger, 'info' | 'warn'>;
}

/**
 * All deliveries in this dispatcher's hands: a queue for each webhook, and the slots that all of them share. Webhooks take
 * turns, one attempt each.
 */
export class DeliveryQueues {
  readonly #limits: QueueLimits;
  readonly #permits: Permits;
  readonly #owner: QueueOwner;
  readonly #clock: Clock;
  readonly #slices: TimeSlices;
  readonly #logger: QueueParts['logger'];
  readonly #queues: WebhookQueues;
  readonly #works: WorksInHand;
  readonly #successes = new RecentCount();
  #starting = false;
  #closed = false;

  constructor(parts: QueueParts) {
    this.#limits = parts.limits;
    this.#queues = new WebhookQueues(parts.limits, parts.termsOf, parts.clock);
    this.#works = new WorksInHand(this.#queues, parts.clock);
    this.#permits = parts.permits;
    this.#owner = parts.owner;
    this.#clock = parts.clock;
    this.#slices = parts.slices;
    this.#logger = parts.logger;
  }

  get sending(): number {
    return this.#works.sending;
  }

  /** Claimed rows, and deliveries from the stream that are not parked yet. */
  get inHand(): number {
    return this.#works.count;
  }

  /** Deliveries straight from the stream whose endpoints are known to take them quickly. */
  get flowing(): number {
    return this.#queues.flowing;
  }

  /** All slots or all permits are in use. */
  get isFull(): boolean {
    return this.#permits.free === 0 || this.#queues.lines.sending >= this.#limits.slots;
  }

  /** Webhooks to which nothing but probes is sent, as their endpoints fail whatever they are sent. */
  get openCircuits(): number {
    return this.#queues.openCircuits;
  }

  /** About how many attempts succeeded in the last half second. */
  get recentSuccesses(): number {
    return this.#successes.at(this.#clock.monotonicMs());
  }

  /** Takes a delivery from the stream, unless its webhook is slow, pausing, or has enough waiting: false, leave it then. */
  offer(delivery: Delivery): boolean {
    if (this.#closed) return false;
    const queue = this.#queues.of(delivery.webhookId);
    const now = this.#clock.monotonicMs();
    if (!queue.hasRoom(this.#limits.waiting, now) || !this.#queues.bytes.mayTake(queue.pace.standing)) {
      queue.behind = true;
      return false;
    }
    this.#works.enter(delivery, queue);
    return true;
  }

  /** Takes a delivery that was claimed within `free` and `total`, unless its webhook has come to a pause since: false. */
  take(delivery: Delivery): boolean {
    this.#queues.claimed(this.#queues.of(delivery.webhookId));
    return this.follow(delivery);
  }

  /** Takes a delivery whose turn comes after another's, under the same claim, unless its webhook has come to a pause: false. */
  follow(delivery: Delivery): boolean {
    const queue = this.#queues.of(delivery.webhookId);
    if (this.#closed || queue.circuit.isPaused(this.#clock.monotonicMs())) return false;
    this.#works.enter(delivery, queue);
    return true;
  }

  /** A claim begins: `free` is asked for each webhook that has due rows. */
  beginClaim(): void {
    this.#queues.beginClaim();
  }

  /** How many more of a webhook's pending rows could start about now. */
  free(webhookId: string): number {
    return this.#queues.claimable(webhookId);
  }

  /** How many pending rows could start about now, in all. */
  total(): number {
    if (this.#closed) return 0;
    return Math.max(0, Math.min(this.#queues.claims.left, this.#permits.free));
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
    const { openings } = queue.circuit;
    const openMs = queue.circuit.openMs(now);
    const wasUnderWay = this.#works.end(work, () => {
      if (manner === null) return;
      queue.ended(work, manner, now);
      if (manner.succeeded) this.#successes.add(now);
    });
    if (!wasUnderWay) return;
    if (queue.circuit.openings > openings) this.#opened(work, now);
    else if (openings > 0 && !queue.circuit.isOpen) this.#closedAgain(work, openings, openMs);
    this.startSome();
  }

  /** The webhook asks for no attempts for a while. */
  pause(webhookId: string, milliseconds: number): void {
    const queue = this.#queues.of(webhookId);
    queue.pause(milliseconds, this.#clock.monotonicMs());
    this.#queues.stand(queue);
  }

  /** So many dispatchers live: limits of the whole installation are shared out over them. */
  sharedBy(dispatchers: number): void {
    this.#queues.sharedBy(dispatchers);
  }

  /** The webhook changed: what waits for it is looked at now, whatever its endpoint asked for. A new endpoint begins anew. */
  changed(webhookId: string): void {
    const queue = this.#queues.known(webhookId);
    if (queue === undefined) return;
    while (true) {
      const work = queue.peek();
      if (work === undefined || this.#owner.check(work.delivery) !== 'turn away') break;
      this.#turnAway(work);
    }
    this.#queues.changed(queue);
  }

  /** Deliveries from the stream that entered before then: those that wait are given up here, those under way go on. */
  takeUnfinished(
    enteredBeforeMs: number,
    of: (delivery: Delivery) => boolean = () => true,
  ): { waiting: Delivery[]; sending: Work[] } {
    return this.#works.takeUnfinished(enteredBeforeMs, of);
  }

  /** Claimed deliveries that have been waiting since before then are given up here: their leases run. */
  takeClaimed(enteredBeforeMs: number): Delivery[] {
    return this.#works.takeClaimed(enteredBeforeMs);
  }

  /** What is under way since before then, the longest first. */
  sendingSince(startedBeforeMs: number): Work[] {
    return this.#works.sendingSince(startedBeforeMs);
  }

  /**
   * Marks webhooks slow whose attempts take long. Answers those attempts that have to be cut short, the longest under way
   * first: endpoints that were quick have become slow all at once, or of many new ones those came first that hang.
   */
  markSlow(): Work[] {
    const long = this.sendingSince(this.#clock.monotonicMs() - SLOW_MS);
    for (const { queue } of long) {
      if (queue.pace.standing !== 'slow') this.#queues.change(queue, () => queue.takesLong());
    }
    return long.slice(0, this.#queues.lines.takeExcess());
  }

  /** Lets webhooks go on whose pause is over, and forgets what has long been idle. */
  tidy(): void {
    this.#queues.tidy();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Nothing starts any more. */
  close(): void {
    this.#closed = true;
  }

  /** False when nothing can start now. */
  #startNext(): boolean {
    if (this.#closed || this.#permits.free === 0) return false;
    const queue = this.#queues.lines.next();
    if (queue === undefined) return false;
    const work = queue.peek();
    if (work !== undefined) {
      const verdict = this.#owner.check(work.delivery);
      if (verdict === 'wait') return false;
      this.#queues.lines.leave(queue);
      if (verdict === 'start') this.#start(work);
      else this.#turnAway(work);
    }
    this.#queues.stand(queue);
    return true;
  }

  /** What waits in memory would only wait to be left there when its second is over. */
  #opened({ queue, delivery }: Work, nowMs: number): void {
    const { webhookId, accountId } = delivery;
    const left = this.#works.takeWaiting(queue);
    if (queue.circuit.openings === 1) {
      const pauseMs = Math.round(queue.circuit.pausedMs(nowMs));
      this.#logger.warn({ webhookId, accountId, pauseMs, left: left.length }, 'webhook.circuit_opened');
    }
    this.#owner.leave(left);
  }

  #closedAgain({ delivery: { webhookId, accountId } }: Work, openings: number, openMs: number): void {
    this.#logger.info({ webhookId, accountId, probes: openings, openMs: Math.round(openMs) }, 'webhook.circuit_closed');
  }

  #start(work: Work): void {
    this.#works.start(work);
    this.#permits.take();
    this.#owner.start(work);
  }

  #turnAway(work: Work): void {
    this.#works.drop(work);
    this.#owner.turnAway(work.delivery);
  }
}
