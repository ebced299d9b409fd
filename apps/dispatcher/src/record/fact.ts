import type { Attempt, Delivery, EventDelivery, IdentifiedEvent, Ping, Verdict } from '../model/delivery.js';
import { type BaseChange, payloadBytes, payloadCount } from './base-change.js';
import { type DeadLetter, letterOfEvent } from './dead-letter.js';
import type { Step } from './progress.js';

/** The partition and epoch under which a fact counts; null when it counts under a lease instead. */
export type Under = { partition: number; epoch: bigint } | null;

/** `matched`: the webhooks that get the event itself. Those that get payloads of it are in `change`. */
export interface EventFact {
  kind: 'event';
  under: NonNullable<Under>;
  event: IdentifiedEvent;
  matched: number;
  open: number;
  change?: BaseChange;
}

interface SkipFact {
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
  letter: DeadLetter;
}

/** What became of a delivery, or of one attempt of it. */
export interface OutcomeFact {
  kind: 'outcome';
  under: Under;
  delivery: EventDelivery;
  attempt: Attempt | null;
  verdict: Verdict;
  /** Whether it closes the delivery for its record's position; false under a lease, and for a repetition. */
  counts: boolean;
  /** The next one of its lane has its turn here, under the same lease. */
  keepsLane: boolean;
}

/** A delivery becomes a pending row: under a lease it is still under way here, without one anybody may claim it. */
export interface ParkFact {
  kind: 'park';
  under: NonNullable<Under>;
  delivery: EventDelivery;
  lease: string | null;
  counts: boolean;
}

/** What became of a claimed ping. */
export interface PingFact {
  kind: 'ping';
  under: null;
  ping: Ping;
  attempt: Attempt | null;
  verdict: Verdict;
}

/** One thing to record. Facts are written in the order in which they were handed in. */
export type Fact = EventFact | SkipFact | DeadLetterFact | OutcomeFact | ParkFact | PingFact;

/** The delivery a fact settles or parks, if it does. */
export function deliveryOf(fact: Fact): Delivery | null {
  if (fact.kind === 'ping') return fact.ping;
  return fact.kind === 'outcome' || fact.kind === 'park' ? fact.delivery : null;
}

/** How many rows with content of its own the fact adds beside its event's, and their bytes. */
export const payloadsOf = (fact: Fact): { count: number; bytes: number } =>
  fact.kind === 'event' && fact.change !== undefined
    ? { count: payloadCount(fact.change), bytes: payloadBytes(fact.change) }
    : NO_PAYLOADS;

const NO_PAYLOADS = { count: 0, bytes: 0 };

/** Bytes that the fact keeps in memory: of its event and its payloads, or of the record that can't be read. */
export function bytesOf(fact: Fact): number {
  if (fact.kind === 'event') return fact.event.data.byteLength + payloadsOf(fact).bytes;
  return fact.kind === 'dead letter' ? letterBytes(fact) : 0;
}

/** Bytes of a record that can't be read. */
export const letterBytes = ({ letter: { key, headers, data } }: DeadLetterFact): number =>
  [key, headers, data].reduce((sum, bytes) => sum + (bytes?.byteLength ?? 0), 0);

/** What the fact changes for its partition's position, once it is recorded. */
export function stepOf(fact: Fact): Step | null {
  switch (fact.kind) {
    case 'event':
      return { position: fact.event.position, reported: true, open: fact.open };
    case 'skip':
      return { position: fact.position, reported: true, open: 0 };
    case 'dead letter':
      return { position: fact.position, reported: fact.reported, open: fact.open };
    case 'ping':
      return null;
    default:
      return fact.counts ? { position: fact.delivery.event.position, reported: false, open: -1 } : null;
  }
}

/** Whether the fact makes a pending row out of a delivery straight from the stream. */
export const becomesPending = (fact: Fact): fact is ParkFact | OutcomeFact =>
  fact.kind === 'park' || (fact.kind === 'outcome' && fact.under !== null && fact.verdict.state === 'pending');

/**
 * The event whose body the fact's transaction stores. An event's own fact does, if some webhook gets it; whatever makes a
 * pending row does it again, which changes nothing unless the body was dropped meanwhile for its age.
 */
export function bodyOf(fact: Fact): IdentifiedEvent | null {
  if (fact.kind === 'event') return fact.matched > 0 ? fact.event : null;
  return becomesPending(fact) ? fact.delivery.event : null;
}

/** An event that can't be recorded, as a dead letter of its record. */
export const asDeadLetter = ({ under, event, open }: EventFact, reason: string): DeadLetterFact => ({
  kind: 'dead letter',
  under,
  position: event.position,
  reported: true,
  open,
  letter: letterOfEvent(event, reason),
});
