import type { Clock } from '@sluice/service-kit/clock';
import type { Delivery } from '../model/delivery.js';
import type { WebhookQueue } from './webhook-queue.js';
import type { WebhookQueues } from './webhook-queues.js';
import { Work } from './work.js';

/** Every delivery in this dispatcher's hands, by where it is in its life: waiting, under way, over. */
export class WorksInHand {
  readonly #queues: WebhookQueues;
  readonly #clock: Clock;
  /** In the order of start. */
  readonly #sending = new Set<Work>();
  /** In the order of entry: straight from the stream and not parked, and claimed ones that wait. */
  readonly #fromStream = new Set<Work>();
  readonly #claimedWaiting = new Set<Work>();

  constructor(queues: WebhookQueues, clock: Clock) {
    this.#queues = queues;
    this.#clock = clock;
  }

  get sending(): number {
    return this.#sending.size;
  }

  /** Claimed rows, and deliveries from the stream that are not parked yet. */
  get count(): number {
    return this.#fromStream.size + this.#queues.claims.inHand;
  }

  enter(delivery: Delivery, queue: WebhookQueue): void {
    const work = new Work(delivery, queue, this.#clock.monotonicMs());
    (work.claimed ? this.#claimedWaiting : this.#fromStream).add(work);
    this.#queues.change(queue, () => {
      if (work.claimed) queue.claimed += 1;
      else queue.fromStream += 1;
      this.#hold(work, 1);
      queue.push(work);
    });
  }

  start(work: Work): void {
    const { queue } = work;
    work.state = 'sending';
    work.startedAtMs = this.#clock.monotonicMs();
    this.#queues.change(queue, () => {
      queue.left();
      queue.started(work.startedAtMs);
    });
    this.#sending.add(work);
    this.#claimedWaiting.delete(work);
  }

  /** It was under way and is over: `learn` what that says of the endpoint. False if it was not under way. */
  end(work: Work, learn: () => void): boolean {
    if (!this.#sending.delete(work)) return false;
    this.#queues.change(work.queue, () => {
      this.#leave(work);
      work.queue.sending -= 1;
      learn();
    });
    return true;
  }

  /** It waits and won't be started here. */
  drop(work: Work): void {
    this.#queues.change(work.queue, () => {
      this.#leave(work);
      work.queue.left();
    });
  }

  /** Deliveries from the stream that entered before then: those that wait are given up here, those under way go on. */
  takeUnfinished(
    enteredBeforeMs: number,
    of: (delivery: Delivery) => boolean,
  ): { waiting: Delivery[]; sending: Work[] } {
    const waiting: Delivery[] = [];
    const sending: Work[] = [];
    for (const work of this.#fromStream) {
      if (work.enteredAtMs > enteredBeforeMs) break;
      if (!of(work.delivery)) continue;
      if (work.state === 'sending') {
        this.#queues.change(work.queue, () => this.#leaveStream(work));
        sending.push(work);
      } else {
        this.drop(work);
        waiting.push(work.delivery);
      }
    }
    return { waiting, sending };
  }

  /** Claimed deliveries that have been waiting since before then are given up here. */
  takeClaimed(enteredBeforeMs: number): Delivery[] {
    const waiting: Delivery[] = [];
    for (const work of this.#claimedWaiting) {
      if (work.enteredAtMs > enteredBeforeMs) break;
      this.drop(work);
      waiting.push(work.delivery);
    }
    return waiting;
  }

  /** What waits for one webhook is given up here, whether claimed or not. */
  takeWaiting(queue: WebhookQueue): Delivery[] {
    const waiting: Delivery[] = [];
    for (let work = queue.peek(); work !== undefined; work = queue.peek()) {
      this.drop(work);
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

  #leave(work: Work): void {
    if (work.state === 'ended') return;
    work.state = 'ended';
    this.#leaveStream(work);
    this.#claimedWaiting.delete(work);
    if (work.claimed) work.queue.claimed -= 1;
    this.#hold(work, -1);
  }

  #hold({ queue, claimed, bytes }: Work, sign: 1 | -1): void {
    queue.bytes += sign * bytes;
    if (claimed) queue.claimedBytes += sign * bytes;
  }

  #leaveStream(work: Work): void {
    if (this.#fromStream.delete(work)) work.queue.fromStream -= 1;
  }
}
