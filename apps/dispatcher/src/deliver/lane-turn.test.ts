import { expect, test } from 'vitest';
import { aDelivery, aPing } from '../testing/samples.js';
import { hasLaneForAttempt, nextOfLane } from './lane-turn.js';

const next = aDelivery({ id: 'next' });
const claimed = aDelivery({ lane: { id: Buffer.from('lane'), next, claimedAtMs: 1_000 } });

test('the next one of a lane follows while the claim is young', () => {
  expect(nextOfLane(claimed, 1_010)).toBe(next);
  expect(nextOfLane(claimed, 3_001)).toBeNull();
  expect(nextOfLane(aDelivery(), 0)).toBeNull();
  expect(nextOfLane(aPing(), 0)).toBeNull();
});

test('no attempt of a lane starts that could outlast its lease; others are not held to that', () => {
  expect(hasLaneForAttempt(claimed, 20_000)).toBe(true);
  expect(hasLaneForAttempt(claimed, 25_000)).toBe(false);
  expect(hasLaneForAttempt(aDelivery(), 1e9)).toBe(true);
  expect(hasLaneForAttempt(aPing(), 1e9)).toBe(true);
});
