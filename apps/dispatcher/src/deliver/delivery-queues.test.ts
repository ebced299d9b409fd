import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAILED, queuesUnderTest } from '../testing/queues-under-test.js';

describe('the queue of a webhook', () => {
  test('begins with two attempts at once, gets one more with each success and falls to one with a failure', () => {
    const { offer, end, underWay } = queuesUnderTest({ atOnce: 4 });
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
    const { offer } = queuesUnderTest({ waiting: 10 });
    expect(offer('a', 50)).toBe(10);
    expect(offer('a', 50)).toBe(2);
  });

  test('takes nothing while the endpoint wants a pause, and goes on after it', () => {
    const { queues, clock, offer, end, underWay } = queuesUnderTest();
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

  test('that is slow takes one delivery from the stream at a time, until it answers quickly several times', () => {
    const { queues, clock, offer, claim, end, underWay } = queuesUnderTest();
    offer('a', 2);
    clock.advance(1_500);
    expect(queues.markSlow()).toEqual([]);
    expect(offer('a')).toBe(0);
    end('a', FAILED);
    end('a', FAILED);
    clock.advance(5_000);
    for (let quick = 0; quick < 5; quick += 1) {
      expect(offer('a', 3)).toBe(1);
      expect(underWay('a')).toBe(1);
      end('a', { ...FAILED, answered: true, succeeded: quick === 2 });
      clock.advance(5_000);
    }
    expect(offer('a', 3)).toBe(3);
    claim('a');
  });

  test('stays slow when it hangs every second time', () => {
    const { queues, clock, offer, end, started } = queuesUnderTest();
    for (let round = 0; round < 10; round += 1) {
      offer('a');
      if (round % 2 === 0) {
        clock.advance(1_500);
        queues.markSlow();
      }
      end('a');
      expect(started[0]?.queue.pace.standing).toBe('slow');
    }
  });

  test('is slow when it takes most of a second each time', () => {
    const { clock, offer, end, started } = queuesUnderTest();
    for (let round = 0; round < 3; round += 1) {
      offer('a');
      clock.advance(900);
      end('a');
    }
    expect(started[0]?.queue.pace.standing).toBe('slow');
  });

  test('is looked at when its webhook changed: nothing of a deleted one waits on', () => {
    const { queues, checks, offer, turnedAway, end } = queuesUnderTest();
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
    const { offer, started } = queuesUnderTest({ slots: 8 }, 4);
    offer('busy', 50);
    offer('a');
    offer('b');
    expect(started.map(({ delivery }) => delivery.webhookId)).toEqual(['busy', 'busy', 'a', 'b']);
  });

  test('are taken no more than there are, nor more than there are permits', () => {
    const { offer, started, end } = queuesUnderTest({ slots: 16 }, 5);
    for (let webhook = 0; webhook < 20; webhook += 1) offer(`w${webhook}`);
    expect(started).toHaveLength(5);
    end('w0');
    expect(started).toHaveLength(6);
  });

  test('are at most half with webhooks that were not seen to succeed: those that are find the others', () => {
    const { queues, clock, offer, end, underWay, started } = queuesUnderTest({ slots: 8 });
    offer('good');
    end('good');
    for (let webhook = 0; webhook < 4; webhook += 1) offer(`w${webhook}`, 2);
    expect(started.filter(({ state }) => state === 'sending')).toHaveLength(4);
    clock.advance(2_000);
    queues.takeUnfinished(clock.monotonicMs() - 1_000);
    expect(queues.markSlow()).toEqual([]);
    offer('good', 4);
    expect(underWay('good')).toBe(3);
  });

  test('are kept by slow webhooks in three eighths at most: a new one starts beside them', () => {
    const { queues, clock, offer, end, underWay, started } = queuesUnderTest({ slots: 8 });
    for (let webhook = 0; webhook < 4; webhook += 1) offer(`w${webhook}`);
    clock.advance(2_000);
    queues.markSlow();
    end('w0', FAILED);
    for (let webhook = 0; webhook < 4; webhook += 1) offer(`w${webhook}`);
    expect(started.filter(({ state }) => state === 'sending')).toHaveLength(3);
    offer('new');
    expect(underWay('new')).toBe(1);
  });

  test('are freed by cutting attempts short when new webhooks wait that none of the hanging ones may hold up', () => {
    for (const waitsAs of ['a delivery', 'a row']) {
      const { queues, clock, offer, claimDue, underWay } = queuesUnderTest({ slots: 8 });
      for (let webhook = 0; webhook < 4; webhook += 1) offer(`w${webhook}`);
      clock.advance(1_500);
      if (waitsAs === 'a delivery') offer('new');
      else expect(claimDue('new', 1)).toBe(0);
      const over = queues.markSlow();
      expect(over.map(({ delivery }) => delivery.webhookId)).toEqual(['w0']);
      for (const work of over) queues.ended(work, null);
      if (waitsAs === 'a row') claimDue('new', 1);
      expect(underWay('new')).toBe(1);
      expect(queues.markSlow()).toEqual([]);
    }
  });

  test('are freed by cutting attempts short when endpoints that were quick hang all at once', () => {
    const { queues, clock, offer, end, started } = queuesUnderTest({ slots: 8 });
    for (let webhook = 0; webhook < 8; webhook += 1) {
      offer(`w${webhook}`);
      end(`w${webhook}`);
    }
    for (let webhook = 0; webhook < 7; webhook += 1) offer(`w${webhook}`);
    clock.advance(2_000);
    expect(queues.markSlow()).toEqual([]);
    offer('w7');
    const over = queues.markSlow();
    expect(over.map(({ delivery }) => delivery.webhookId)).toEqual(['w0', 'w1', 'w2']);
    for (const work of over) queues.ended(work, null);
    expect(started.filter(({ state }) => state === 'sending')).toHaveLength(5);
  });

  test('of claims are not charged to others for the rows of slow webhooks', () => {
    const { queues, clock, permits, offer, claim, end } = queuesUnderTest({ slots: 512 });
    offer('good');
    end('good');
    const slow = Array.from({ length: 250 }, (_, number) => `slow-${number}`);
    for (const webhook of slow) offer(webhook);
    clock.advance(1_500);
    queues.markSlow();
    queues.takeUnfinished(clock.monotonicMs() - 1_000);
    clock.advance(20_000);
    for (const work of queues.sendingSince(clock.monotonicMs())) {
      permits.giveBack();
      queues.ended(work, FAILED);
    }
    for (let round = 0; round < 5; round += 1) {
      queues.beginClaim();
      for (const webhook of slow) for (let row = queues.free(webhook); row > 0; row -= 1) claim(webhook);
    }
    expect(queues.sending).toBeGreaterThan(100);
    queues.beginClaim();
    expect([queues.free('good'), queues.free('new')]).toEqual([6, 1]);
    expect(queues.total()).toBeGreaterThanOrEqual(256);
  });

  test('of claims are not charged to webhooks that work for the rows of those that are not known to', () => {
    const { queues, offer, claimDue, end } = queuesUnderTest({ slots: 64 });
    offer('good');
    end('good');
    let ofNew = 0;
    for (let round = 0; round < 10; round += 1) {
      for (let webhook = 0; webhook < 100; webhook += 1) ofNew += claimDue(`new-${webhook}`, 10);
    }
    expect(ofNew).toBe(32);
    queues.beginClaim();
    expect([queues.free('good'), queues.total()]).toEqual([6, 48]);
  });

  test('of claims come to each slow webhook in turn', () => {
    const { queues, clock, offer, claim, end, started } = queuesUnderTest({ slots: 8 });
    const slow = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const webhook of slow) {
      offer(webhook);
      clock.advance(1_500);
      queues.markSlow();
      end(webhook, FAILED);
    }
    const claimedOf = new Set<string>();
    for (let round = 0; round < 4; round += 1) {
      queues.beginClaim();
      for (const webhook of slow) {
        if (queues.free(webhook) === 0) continue;
        claim(webhook);
        claimedOf.add(webhook);
      }
      for (const work of started.filter(({ state }) => state === 'sending')) queues.ended(work, FAILED);
    }
    expect([...claimedOf].sort()).toEqual(slow);
  });

  test('are given to nobody while the index is not current', () => {
    const { queues, checks, offer, started } = queuesUnderTest();
    checks.set('a', 'wait');
    offer('a', 3);
    expect(started).toEqual([]);
    checks.set('a', 'start');
    queues.startSome();
    expect(started).toHaveLength(2);
  });

  test('of claims are half as many as there are, of webhooks that work and of those that are not known to', () => {
    const { queues, offer, end, claim } = queuesUnderTest({ slots: 8 });
    offer('good');
    end('good');
    for (let row = 0; row < 4; row += 1) claim('good');
    expect(queues.free('good')).toBe(0);
    for (let row = 0; row < 4; row += 1) claim(`new-${row}`);
    expect(queues.free('another')).toBe(0);
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
        const { queues, clock, permits, started, offer, claim, end, underWay } = queuesUnderTest({
          slots: 6,
          atOnce: 3,
          waiting: 5,
        });
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
            for (const work of queues.markSlow()) {
              entered -= 1;
              permits.giveBack();
              queues.ended(work, null);
              started.splice(started.indexOf(work), 1);
            }
          } else if (next.do === 'park') {
            parked += queues.takeUnfinished(clock.monotonicMs() - 1_000).waiting.length;
            parked += queues.takeClaimed(clock.monotonicMs() - 2_000).length;
          }
          queues.tidy();
          queues.startSome();
          expect(sending().length).toBeLessThanOrEqual(6);
          expect(queues.sending).toBe(sending().length);
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
    const { queues, clock, offer, end } = queuesUnderTest();
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
    const { queues, clock, claim } = queuesUnderTest({ slots: 8 });
    for (let count = 0; count < 4; count += 1) claim('a');
    queues.beginClaim();
    expect(queues.free('b')).toBe(0);
    clock.advance(2_100);
    expect(queues.takeClaimed(clock.monotonicMs() - 2_000)).toHaveLength(2);
    queues.beginClaim();
    expect(queues.free('b')).toBe(1);
  });
});
