import { expect, test } from 'vitest';
import { QUICKLY, queuesUnderTest } from '../testing/queues-under-test.js';
import { aDelivery } from '../testing/samples.js';
import { IntakeRoom } from './intake-room.js';
import { OpenDeliveries } from './open-deliveries.js';

/** A dispatcher with more to do than it can, and the endpoints' behaviour so far. */
function busy(answersOf: 'quick endpoint' | 'slow endpoints') {
  const open = new OpenDeliveries({ deliveries: 4_096, bytes: 1_000_000 });
  const { queues, clock, permits, started } = queuesUnderTest({ waiting: 256, atOnce: 32, slots: 512 }, 1_024);
  const room = new IntakeRoom({
    open,
    queues,
    load: { isHigh: true },
    recording: { unrecordedBytes: 0 },
    mostBytes: 1,
  });
  const webhooks = answersOf === 'quick endpoint' ? ['quick'] : Array.from({ length: 60 }, (_, each) => `slow-${each}`);
  const takeIn = (webhookId: string): boolean => {
    const delivery = aDelivery({ webhookId });
    const accepted = queues.offer(delivery);
    if (accepted) open.add(delivery.event, [delivery]);
    queues.startSome();
    return accepted;
  };
  for (let round = 0; round < 40; round += 1) {
    for (const webhook of webhooks) takeIn(webhook);
    if (answersOf === 'slow endpoints') clock.advance(900);
    for (const work of started.splice(0)) {
      permits.giveBack();
      queues.ended(work, QUICKLY);
      open.closed([work.delivery]);
    }
  }
  return { room, open, takeIn, webhooks };
}

test('a busy dispatcher takes in no more for a quick endpoint than it delivers soon, beside what is claimed for it', () => {
  const { room, takeIn } = busy('quick endpoint');
  let parked = 0;
  let takenIn = 0;
  for (; room.isLeft && takenIn < 4_096; takenIn += 1) parked += takeIn('quick') ? 0 : 1;
  expect(takenIn).toBeLessThan(300);
  expect(parked).toBe(0);
});

test('slow endpoints close the intake neither by what waits for them nor by what is under way', () => {
  const { room, takeIn, webhooks } = busy('slow endpoints');
  for (let round = 0; round < 100; round += 1) for (const webhook of webhooks) takeIn(webhook);
  expect(room.isLeft).toBe(true);
});

test('whatever is open, the bound of memory holds', () => {
  const { room, open } = busy('slow endpoints');
  const event = aDelivery().event;
  open.add(
    event,
    Array.from({ length: 4_096 }, (_, each) => aDelivery({ webhookId: `${each}` })),
  );
  expect(room.isLeft).toBe(false);
});

test('what is not recorded yet closes the intake by its bytes, whoever it is for', () => {
  const open = new OpenDeliveries({ deliveries: 4_096, bytes: 1_000_000 });
  const queues = { flowing: 0, recentSuccesses: 0, isFull: false };
  const roomWith = (unrecordedBytes: number) =>
    new IntakeRoom({ open, queues, load: { isHigh: false }, recording: { unrecordedBytes }, mostBytes: 1_000_000 })
      .isLeft;
  expect(roomWith(999_999)).toBe(true);
  expect(roomWith(1_000_000)).toBe(false);
});
