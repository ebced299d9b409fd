import { ShiftedClock } from '@sluice/service-kit/clock';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../delivery.js';
import { TimeSlices } from '../match/time-slices.js';
import { aDelivery } from '../testing/samples.js';
import { type AttemptManner, DeliveryQueues, type QueueLimits } from './delivery-queues.js';
import { Permits } from './permits.js';
import type { Work } from './work.js';

const QUICKLY: AttemptManner = { succeeded: true, answered: true, overloaded: false, askedMs: null };
const FAILED: AttemptManner = { succeeded: false, answered: false, overloaded: false, askedMs: null };

/** Nothing is interrupted, so that a test sees at once what was started. */
class AllTheTime extends TimeSlices {
  override get over(): boolean {
    return false;
  }
}

function queuesWith(limits: Partial<QueueLimits> = {}, unrecorded = 1_000) {
  const clock = new ShiftedClock();
  const started: Work[] = [];
  const turnedAway: Delivery[] = [];
  const checks = new Map<string, 'start' | 'turn away' | 'wait'>();
  const permits = new Permits(unrecorded);
  const queues = new DeliveryQueues({
    limits: { waiting: 100, atOnce: 16, slots: 512, ...limits },
    permits,
    clock,
    slices: new AllTheTime(),
    owner: {
      check: ({ webhookId }) => checks.get(webhookId) ?? 'start',
      start: (work) => started.push(work),
      turnAway: (delivery) => turnedAway.push(delivery),
    },
  });
  const offer = (webhookId: string, count = 1): number => {
    let accepted = 0;
    for (let each = 0; each < count; each += 1) accepted += queues.offer(aDelivery({ webhookId })) ? 1 : 0;
    queues.startSome();
    return accepted;
  };
  const claim = (webhookId: string): void => {
    queues.take(aDelivery({ webhookId, origin: { kind: 'pending', lease: 'lease' } }));
    queues.startSome();
  };
  const end = (webhookId: string, manner = QUICKLY): void => {
    const work = started.find((each) => each.state === 'sending' && each.delivery.webhookId === webhookId);
    if (work === undefined) throw new Error(`nothing is under way for ${webhookId}`);
    permits.giveBack();
    queues.ended(work, manner);
  };
  const underWay = (webhookId: string): number =>
    started.filter(({ state, delivery }) => state === 'sending' && delivery.webhookId === webhookId).length;
  return { queues, clock, started, turnedAway, checks, permits, offer, claim, end, underWay };
}

describe('the queue of a webhook', () => {
  test('begins with two attempts at once, gets one more with each success and falls to one with a failure', () => {
    const { offer, end, underWay } = queuesWith({ atOnce: 4 });
    offer('a', 50);
    expect(underWay('a')).toBe(2);
    end('a');
    expect(underWay('a')).toBe(3);
    end('a');
    end('a');
    end('a');
    expect(underWay('a')).toBe(4);
    end('a', FAILED);
    expect(underWay('a')).toBe(3);
    for (let count = 0; count < 3; count += 1) end('a', FAILED);
    expect(underWay('a')).toBe(1);
  });

  test('takes no more from the stream than its bound', () => {
    const { offer } = queuesWith({ waiting: 10 });
    expect(offer('a', 50)).toBe(10);
    expect(offer('a', 50)).toBe(2);
  });

  test('takes nothing while the endpoint wants a pause, and goes on after it', () => {
    const { queues, clock, offer, end, underWay } = queuesWith();
    offer('a', 4);
    end('a', { ...FAILED, answered: true, overloaded: true, askedMs: 5_000 });
    end('a');
    expect(underWay('a')).toBe(0);
    expect(offer('a')).toBe(0);
    expect(queues.free('a')).toBe(0);
    clock.advance(5_000);
    queues.tidy();
    queues.startSome();
    expect(underWay('a')).toBe(2);
    expect(offer('a')).toBe(1);
  });

  test('that is slow takes one delivery from the stream at a time, until it answers quickly', () => {
    const { queues, clock, offer, claim, end, underWay } = queuesWith();
    offer('a', 2);
    clock.advance(1_500);
    expect(queues.markSlow()).toEqual([]);
    expect(offer('a')).toBe(0);
    end('a');
    end('a');
    expect(offer('a', 3)).toBe(1);
    expect(underWay('a')).toBe(1);
    end('a');
    expect(offer('a', 3)).toBe(3);
    claim('a');
  });

  test('is looked at when its webhook changed: nothing of a deleted one waits on', () => {
    const { queues, checks, offer, turnedAway, end } = queuesWith();
    offer('a', 5);
    checks.set('a', 'turn away');
    queues.changed('a');
    expect(turnedAway).toHaveLength(3);
    end('a');
    end('a');
    expect(queues.inHand).toBe(0);
  });
});

describe('the slots', () => {
  test('go round: a webhook with much waiting does not come twice before another comes once', () => {
    const { offer, started } = queuesWith({ slots: 4 }, 4);
    offer('busy', 50);
    offer('a');
    offer('b');
    expect(started.map(({ delivery }) => delivery.webhookId)).toEqual(['busy', 'busy', 'a', 'b']);
  });

  test('are taken no more than there are, nor more than there are permits', () => {
    const { offer, started, end } = queuesWith({ slots: 8 }, 5);
    for (let webhook = 0; webhook < 20; webhook += 1) offer(`w${webhook}`);
    expect(started).toHaveLength(5);
    end('w0');
    expect(started).toHaveLength(6);
  });

  test('are at most half with slow webhooks: the longest attempts beyond that have to end', () => {
    const { queues, clock, offer, end, underWay, started } = queuesWith({ slots: 8 });
    for (let webhook = 0; webhook < 8; webhook += 1) offer(`w${webhook}`);
    clock.advance(2_000);
    offer('late');
    const over = queues.markSlow();
    expect(over.map(({ delivery }) => delivery.webhookId)).toEqual(['w0', 'w1', 'w2', 'w3']);
    for (const { delivery } of over) end(delivery.webhookId, FAILED);
    expect(underWay('late')).toBe(1);
    for (let webhook = 0; webhook < 4; webhook += 1) offer(`w${webhook}`);
    expect(started.filter(({ state }) => state === 'sending')).toHaveLength(5);
    end('w4', FAILED);
    expect(started.filter(({ state }) => state === 'sending')).toHaveLength(5);
  });

  test('are given to nobody while the index is not current', () => {
    const { queues, checks, offer, started } = queuesWith();
    checks.set('a', 'wait');
    offer('a', 3);
    expect(started).toEqual([]);
    checks.set('a', 'start');
    queues.startSome();
    expect(started).toHaveLength(2);
  });

  test('leave half to the stream, whatever is claimed', () => {
    const { queues, claim } = queuesWith({ slots: 8 });
    expect(queues.total()).toBe(4);
    for (let webhook = 0; webhook < 3; webhook += 1) claim(`w${webhook}`);
    expect(queues.total()).toBe(1);
  });

  test('hold under any sequence of deliveries and answers', () => {
    const webhook = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.oneof(
      fc.record({ do: fc.constant('offer' as const), webhook, count: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ do: fc.constant('claim' as const), webhook }),
      fc.record({ do: fc.constant('end' as const), webhook, succeeded: fc.boolean() }),
      fc.record({ do: fc.constant('time' as const), milliseconds: fc.integer({ min: 1, max: 3_000 }) }),
      fc.record({ do: fc.constant('park' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { queues, clock, started, offer, claim, end, underWay } = queuesWith({ slots: 6, atOnce: 3, waiting: 5 });
        const sending = () => started.filter(({ state }) => state === 'sending');
        let entered = 0;
        let parked = 0;
        for (const next of steps) {
          if (next.do === 'offer') entered += offer(next.webhook, next.count);
          else if (next.do === 'claim' && queues.total() > 0 && queues.free(next.webhook) > 0) {
            claim(next.webhook);
            entered += 1;
          } else if (next.do === 'end' && underWay(next.webhook) > 0) {
            end(next.webhook, { ...FAILED, answered: true, succeeded: next.succeeded });
          } else if (next.do === 'time') {
            clock.advance(next.milliseconds);
            for (const work of queues.markSlow()) end(work.delivery.webhookId, FAILED);
          } else if (next.do === 'park') {
            parked += queues.takeUnfinished(clock.monotonicMs() - 1_000).waiting.length;
            parked += queues.takeClaimed(clock.monotonicMs() - 2_000).length;
          }
          queues.tidy();
          queues.startSome();
          expect(sending().length).toBeLessThanOrEqual(6);
          expect(sending().filter(({ queue }) => queue.slow).length).toBeLessThanOrEqual(3);
          for (const name of ['a', 'b', 'c', 'd', 'e']) expect(underWay(name)).toBeLessThanOrEqual(3);
        }
        // Everything that entered ended, was parked, is under way, or still comes when its turn comes.
        while (sending().length > 0) end(sending()[0]!.delivery.webhookId);
        expect(started.length + parked).toBe(entered);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is not finished in time', () => {
  test('is taken out: what waits for good, what is under way goes on', () => {
    const { queues, clock, offer, end } = queuesWith();
    offer('a', 5);
    clock.advance(1_100);
    offer('b', 1);
    const { waiting, sending } = queues.takeUnfinished(clock.monotonicMs() - 1_000);
    expect(waiting).toHaveLength(3);
    expect(sending).toHaveLength(2);
    expect(queues.inHand).toBe(1);
    expect(queues.takeUnfinished(clock.monotonicMs() - 1_000)).toEqual({ waiting: [], sending: [] });
    end('a');
    end('a');
    expect(queues.sending).toBe(1);
  });

  test('is given back when it was claimed and had no turn', () => {
    const { queues, clock, claim } = queuesWith({ slots: 8 });
    for (let count = 0; count < 4; count += 1) claim('a');
    expect(queues.total()).toBe(0);
    clock.advance(2_100);
    expect(queues.takeClaimed(clock.monotonicMs() - 2_000)).toHaveLength(2);
    expect(queues.total()).toBe(2);
  });
});
