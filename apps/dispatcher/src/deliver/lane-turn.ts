import type { Delivery, EventDelivery, Lane } from '../model/delivery.js';

/** So long after its claim a lane goes on under the same lease; then others have their turn. */
const GOES_ON_MS = 2_000;
/** An attempt that starts by then is over before the lease is, after which somebody else may have the lane. */
const LATEST_START_MS = 20_000;

const isInLane = (delivery: Delivery): delivery is EventDelivery & { lane: Lane } =>
  delivery.kind === 'event' && delivery.lane !== null;

/** The delivery has ended: the next one of its lane, if that may follow here and now. */
export function nextOfLane(delivery: Delivery, nowMs: number): EventDelivery | null {
  if (!isInLane(delivery)) return null;
  const { next, claimedAtMs } = delivery.lane;
  return nowMs - claimedAtMs <= GOES_ON_MS ? next : null;
}

/**
 * Whether nobody else can have the delivery's lane while an attempt that starts now lasts. A process that was stopped for
 * long, and wakes, must not send what another one is sending, or has sent with what comes after it.
 */
export const hasLaneForAttempt = (delivery: Delivery, nowMs: number): boolean =>
  !isInLane(delivery) || nowMs - delivery.lane.claimedAtMs <= LATEST_START_MS;
