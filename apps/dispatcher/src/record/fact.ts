import { eventHeaders } from '@sluice/contracts/event-record';
import type { Attempt, Delivery, IdentifiedEvent, Verdict } from '../delivery.js';
import type { Step } from './progress.js';

/** The partition and epoch under which a fact counts; null when it counts under a lease instead. */
export type Under = { partition: number; epoch: bigint } | null;

export interface EventFact {
  kind: 'event';
  under: NonNullable<Under>;
  event: IdentifiedEvent;
  /** As stored with the body; null when no webhook gets the event, for then no body is stored. */
  headers: Uint8Array | null;
  matched: number;
  open: number;
}

export interface SkipFact {
  kind: 'skip';
  under: NonNullable<Under>;
  position: bigint;
}

/** `open`: deliveries still to come of a record that was matched before it was found unfit to be recorded. */
export interface DeadLetterFact {
  kind: 'dead letter';
  under: NonNullable<Under>;
  position: bigint;
  reported: boolean;
  open: number;
  reason: string;
  key: Uint8Array | null;
  headers: Uint8Array | null;
  data: Uint8Array | null;
}

export interface OutcomeFact {
  kind: 'outcome';
  under: Under;
  delivery: Delivery;
  attempt: Attempt | null;
  verdict: Verdict;
  /** Whether it closes the delivery for its record's position; false under a lease, and for a repetition. */
  counts: boolean;
}

export interface ParkFact {
  kind: 'park';
  under: NonNullable<Under>;
  delivery: Delivery;
  lease: string | null;
  counts: boolean;
}

/** One thing to record. Facts are written in the order in which they were handed in. */
export type Fact = EventFact | SkipFact | DeadLetterFact | OutcomeFact | ParkFact;

/** The delivery a fact settles or parks, if it does. */
export const deliveryOf = (fact: Fact): Delivery | null =>
  fact.kind === 'outcome' || fact.kind === 'park' ? fact.delivery : null;

/** What the fact changes for its partition's position, once it is recorded. */
export function stepOf(fact: Fact): Step | null {
  switch (fact.kind) {
    case 'event':
      return { position: fact.event.position, reported: true, open: fact.open };
    case 'skip':
      return { position: fact.position, reported: true, open: 0 };
    case 'dead letter':
      return { position: fact.position, reported: fact.reported, open: fact.open };
    default:
      return fact.counts ? { position: fact.delivery.event.position, reported: false, open: -1 } : null;
  }
}

/** How many bytes of users' data the fact brings to a transaction, roughly. */
export function bytesOf(fact: Fact): number {
  switch (fact.kind) {
    case 'event':
      return fact.event.data.byteLength;
    case 'dead letter':
      return fact.data?.byteLength ?? 0;
    default:
      return 0;
  }
}

/** Headers as they are stored with a body or a dead letter: JSON, whatever bytes their values hold. */
export const headerBytes = (headers: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(JSON.stringify(headers), 'utf8');

/** An event that can't be recorded, as a dead letter of its record. */
export const asDeadLetter = ({ under, event, open }: EventFact, reason: string): DeadLetterFact => ({
  kind: 'dead letter',
  under,
  position: event.position,
  reported: true,
  open,
  reason,
  key: null,
  headers: headerBytes(eventHeaders(event)),
  data: event.data,
});
