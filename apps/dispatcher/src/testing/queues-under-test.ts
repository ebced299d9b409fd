import { ShiftedClock } from '@sluice/service-kit/clock';
import { DeliveryQueues, type QueueLimits } from '../deliver/delivery-queues.js';
import { Permits } from '../deliver/permits.js';
import type { QueueTerms } from '../deliver/queue-terms.js';
import type { AttemptManner } from '../deliver/webhook-queue.js';
import type { Work } from '../deliver/work.js';
import type { Delivery, EventDelivery } from '../model/delivery.js';
import { TimeSlices } from '../waiting/time-slices.js';
import { aDelivery, anEvent } from './samples.js';

export const QUICKLY: AttemptManner = { succeeded: true, answered: true, overloaded: false, askedMs: null };
export const FAILED: AttemptManner = { succeeded: false, answered: false, overloaded: false, askedMs: null };

const NO_LIMITS: QueueTerms = { endpoint: 'http://127.0.0.1:9/', rateLimit: null, concurrency: null };

/** Nothing is interrupted, so that a test sees at once what was started. */
class AllTheTime extends TimeSlices {
  override get over(): boolean {
    return false;
  }
}

/** A clock that stands still unless a test moves it: counts of what a rate allows are exact. */
class StandingClock extends ShiftedClock {
  override monotonicMs(): number {
    return this.shiftMs;
  }
}

/** Queues whose attempts are started by nobody but noted, and ended by the test. */
export function queuesUnderTest(limits: Partial<QueueLimits> = {}, unrecorded = 1_000) {
  const clock = new StandingClock();
  const started: Work[] = [];
  const turnedAway: Delivery[] = [];
  const left: Delivery[] = [];
  const logged: string[] = [];
  const checks = new Map<string, 'start' | 'turn away' | 'wait'>();
  const terms = new Map<string, Partial<QueueTerms>>();
  const permits = new Permits(unrecorded);
  let numbered = 0;
  const queues = new DeliveryQueues({
    limits: { waiting: 100, atOnce: 16, slots: 512, heldBytes: 1_000_000, ...limits },
    termsOf: (webhookId) => ({ ...NO_LIMITS, ...terms.get(webhookId) }),
    permits,
    clock,
    slices: new AllTheTime(),
    logger: {
      info: (_: unknown, line?: string) => logged.push(String(line)),
      warn: (_: unknown, line?: string) => logged.push(String(line)),
    },
    owner: {
      check: ({ webhookId }) => checks.get(webhookId) ?? 'start',
      start: (work) => started.push(work),
      turnAway: (delivery) => turnedAway.push(delivery),
      leave: (deliveries) => left.push(...deliveries),
    },
  });
  const delivery = (webhookId: string, bytes: number, origin?: EventDelivery['origin']): EventDelivery => {
    numbered += 1;
    const event = anEvent({ data: 'x'.repeat(bytes) });
    return aDelivery({ id: `msg_${numbered}`, webhookId, event, ...(origin === undefined ? {} : { origin }) });
  };
  /** Answers how many were taken. */
  const offer = (webhookId: string, count = 1, bytes = 10): number => {
    let accepted = 0;
    for (let each = 0; each < count; each += 1) accepted += queues.offer(delivery(webhookId, bytes)) ? 1 : 0;
    queues.startSome();
    return accepted;
  };
  const claim = (webhookId: string, bytes = 10): boolean => {
    const taken = queues.take(delivery(webhookId, bytes, { kind: 'pending', lease: 'lease' }));
    queues.startSome();
    return taken;
  };
  /** Claims of the webhook what a claim would, of so many rows that are due. Answers how many it got. */
  const claimDue = (webhookId: string, rows: number): number => {
    queues.beginClaim();
    const places = Math.min(rows, queues.free(webhookId), queues.total());
    for (let row = 0; row < places; row += 1) claim(webhookId);
    return places;
  };
  const end = (webhookId: string, manner = QUICKLY): void => {
    const work = started.find((each) => each.state === 'sending' && each.delivery.webhookId === webhookId);
    if (work === undefined) throw new Error(`nothing is under way for ${webhookId}`);
    permits.giveBack();
    queues.ended(work, manner);
  };
  const underWay = (webhookId: string): number =>
    started.filter(({ state, delivery: { webhookId: id } }) => state === 'sending' && id === webhookId).length;
  /** As the sweep does. */
  const later = (milliseconds: number): void => {
    clock.advance(milliseconds);
    queues.tidy();
    queues.startSome();
  };
  const noted = { started, turnedAway, left, logged };
  return { queues, clock, checks, terms, permits, offer, claim, claimDue, end, underWay, later, ...noted };
}
