import type { Delivery } from '../model/delivery.js';

/** When the event was accepted, the delivery made or sent again by hand, or the ping opened: milliseconds since the epoch. */
export const beganAtMs = (delivery: Delivery): number =>
  delivery.kind === 'ping'
    ? delivery.openedAtMs
    : (delivery.run?.sinceMs ?? Date.parse(delivery.event.stamp.acceptedAt));
