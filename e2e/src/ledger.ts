import type { Receiver } from '@sluice/testing/receiver';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

export interface Reconciliation {
  /** Expected and never arrived. */
  lost: number[];
  /** Arrived though nobody asked for it. */
  unasked: number[];
  /** Arrivals beyond the first of an event. */
  duplicates: number;
  badSignatures: number;
}

const numberOf = (body: Buffer): number =>
  Number((JSON.parse(body.toString('utf8')) as { followerProfileId: string }).followerProfileId);

/** Holds what arrived at one path of a receiver against what the test itself says should have. */
export function reconcile(
  receiver: Receiver,
  path: string,
  secret: string,
  expected: ReadonlySet<number>,
): Reconciliation {
  const verifier = new Webhook(secret);
  const seen = new Map<number, string>();
  const result: Reconciliation = { lost: [], unasked: [], duplicates: 0, badSignatures: 0 };
  for (const { path: arrivedAt, headers, body } of receiver.arrivals) {
    if (arrivedAt !== path) continue;
    const number = numberOf(body);
    const id = String(headers['webhook-id']);
    try {
      verifier.verify(body, headers as Record<string, string>);
    } catch (error) {
      // Its own clock decides what is too old, and a long test has old arrivals.
      if (!(error instanceof WebhookVerificationError) || !error.message.includes('timestamp')) result.badSignatures++;
    }
    if (!expected.has(number)) result.unasked.push(number);
    if (seen.has(number)) {
      result.duplicates++;
      // A duplicate must be recognisable as one.
      if (seen.get(number) !== id) result.badSignatures++;
    }
    seen.set(number, id);
  }
  for (const number of expected) if (!seen.has(number)) result.lost.push(number);
  return result;
}

/** How many different events have arrived at a path. */
export const arrivedEvents = (receiver: Receiver, path: string): Set<number> =>
  new Set(receiver.arrivals.filter((arrival) => arrival.path === path).map(({ body }) => numberOf(body)));
