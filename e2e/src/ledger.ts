import type { Arrival, Receiver } from '@sluice/testing/receiver';
import { SOURCE } from '@sluice/testing/stack/follow-events';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

export interface Reconciliation {
  /** Expected and never arrived. */
  lost: number[];
  /** Arrived though nobody asked for it. */
  unasked: number[];
  /** Arrivals beyond the first of an event. */
  duplicates: number;
  /** Duplicates whose `webhook-id` differs from the first one's: a receiver could not tell. */
  unrecognisable: number;
  /** What the published library said of signatures that it refused. */
  badSignatures: string[];
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
  const result: Reconciliation = { lost: [], unasked: [], duplicates: 0, unrecognisable: 0, badSignatures: [] };
  for (const { headers, body } of ofTest(receiver, path)) {
    const number = numberOf(body);
    const id = String(headers['webhook-id']);
    try {
      verifier.verify(body, headers as Record<string, string>);
    } catch (error) {
      if (!(error instanceof WebhookVerificationError)) throw error;
      result.badSignatures.push(`${number}: ${error.message}`);
    }
    if (!expected.has(number)) result.unasked.push(number);
    if (seen.has(number)) {
      result.duplicates++;
      if (seen.get(number) !== id) result.unrecognisable++;
    }
    seen.set(number, id);
  }
  for (const number of expected) if (!seen.has(number)) result.lost.push(number);
  return result;
}

/** Standalone's demonstration publishes as well, at every start: its events are not the test's. */
const ofTest = (receiver: Receiver, path: string): Arrival[] =>
  receiver.arrivals.filter((arrival) => arrival.path === path && arrival.headers['ce-source'] === SOURCE);

/** The different events that have arrived at a path. */
export const arrivedEvents = (receiver: Receiver, path: string): Set<number> =>
  new Set(ofTest(receiver, path).map(({ body }) => numberOf(body)));
