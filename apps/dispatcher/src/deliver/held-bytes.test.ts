import { describe, expect, test } from 'vitest';
import type { EventDelivery } from '../model/delivery.js';
import { FAILED, queuesUnderTest } from '../testing/queues-under-test.js';
import { aDelivery, anEvent } from '../testing/samples.js';

/** `good` is known to work; 1,000 bytes may be held for those that are not, and as many of rows for it. */
function withGood() {
  const sluice = queuesUnderTest({ heldBytes: 1_000 });
  sluice.offer('good');
  sluice.end('good');
  return sluice;
}

describe('what is in hand for endpoints that may keep it for long', () => {
  test('is bounded in bytes: beyond that it becomes rows at once, and rows stay rows', () => {
    const { offer, queues } = withGood();
    expect(offer('a', 3, 300)).toBe(3);
    queues.beginClaim();
    expect(queues.free('b')).toBe(1);
    // The bound may be passed by one.
    expect(offer('b', 3, 300)).toBe(1);
    expect([offer('a'), offer('c'), queues.free('a'), queues.free('c')]).toEqual([0, 0, 0, 0]);
  });

  test('comes in again when attempts are over', () => {
    const { offer, end, queues } = withGood();
    offer('a', 4, 300);
    expect(offer('b')).toBe(0);
    end('a', FAILED);
    queues.beginClaim();
    expect([offer('b'), queues.free('b')]).toEqual([1, 1]);
  });

  test('counts until its attempts are over, also when it was parked meanwhile', () => {
    const { offer, queues, clock } = withGood();
    offer('a', 2, 600);
    clock.advance(1_500);
    queues.markSlow();
    expect(queues.takeUnfinished(clock.monotonicMs()).sending).toHaveLength(2);
    expect(offer('b')).toBe(0);
  });

  test('counts with what follows it in its lane', () => {
    const { offer, queues } = withGood();
    const event = anEvent({ data: 'x'.repeat(600) });
    const laneOf = (next: EventDelivery | null) => ({ id: Buffer.from('lane'), next, claimedAtMs: 0 });
    const origin = { kind: 'pending', lease: 'lease' } as const;
    const next = aDelivery({ id: 'msg_next', webhookId: 'a', event, origin, lane: laneOf(null) });
    queues.take(aDelivery({ webhookId: 'a', event, origin, lane: laneOf(next) }));
    expect(offer('b')).toBe(0);
  });

  test('is not charged to endpoints that are known to work, nor theirs to the others', () => {
    const { offer, claim, queues } = withGood();
    offer('a', 4, 300);
    expect([offer('good', 5, 300), queues.free('good') > 0]).toEqual([5, true]);
    const others = withGood();
    for (let row = 0; row < 4; row += 1) others.claim('good', 300);
    expect([others.queues.free('good'), others.offer('good'), others.offer('b')]).toEqual([0, 1, 1]);
    claim('good', 900);
    expect(queues.free('good')).toBeGreaterThan(0);
  });
});
