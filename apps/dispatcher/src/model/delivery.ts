import type { EventAttributes, EventStamp } from '@sluice/contracts/event-record';
import type { FormerDeadLetter } from '@sluice/contracts/unreadable-record';

/** An event that was read from the stream, with its place there and its identity. */
export interface IdentifiedEvent {
  /** Hash of (account, source, id): see identity.ts. */
  identity: Buffer;
  partition: number;
  position: bigint;
  attributes: EventAttributes;
  stamp: EventStamp;
  /** The bytes as published; they are what is sent and signed. */
  data: Uint8Array;
  /** The dead letter that was put back as this event; absent when it was none. */
  former?: FormerDeadLetter;
}

/** Claimed from a row, or parked into one: an outcome counts under the lease that the row has. */
type PendingOrigin = { kind: 'pending'; lease: string };

interface Addressed {
  webhookId: string;
  /** The webhook's account. */
  accountId: string;
  /** Number of the attempt to make next, from 1. */
  attempt: number;
}

/** The life of a delivery that was made or sent again by hand: its schedule and its 7 days begin with it. */
export interface Run {
  /** Milliseconds since the epoch. */
  sinceMs: number;
  /** Number of its first attempt: numbers go on after those of a former run. */
  firstAttempt: number;
}

/** One event for one webhook. */
export interface EventDelivery extends Addressed {
  kind: 'event';
  /** `msg_…`, computed (identity.ts): the same over attempts, restarts and resends; sent as `webhook-id`. */
  id: string;
  event: IdentifiedEvent;
  /** Absent: it began with its event. */
  run?: Run;
  /** Straight from the stream its outcome counts under the partition's epoch. */
  origin: { kind: 'stream'; epoch: bigint } | PendingOrigin;
  /** Null when nothing waits for it. */
  lane: Lane | null;
}

/** The deliveries of a webhook for one subject, when it wants them one at a time, in the order of the stream. */
export interface Lane {
  /** See identity.ts. */
  id: Buffer;
  /** Stands directly behind it, and may follow under the same lease once it has ended; null when that is not known. */
  next: EventDelivery | null;
  /** Monotonic, from before the claim; minus infinity before there is one. */
  claimedAtMs: number;
}

/** Word for one webhook that there are new payloads to read. There is one at a time, so it goes by the webhook's id. */
export interface Ping extends Addressed {
  kind: 'ping';
  id: string;
  /** When the first change that it tells of was recorded: milliseconds since the epoch. */
  openedAtMs: number;
  origin: PendingOrigin;
}

/** What is sent to an endpoint, over as many attempts as it takes. */
export type Delivery = EventDelivery | Ping;

/** What one try at an endpoint gave. */
export interface Attempt {
  number: number;
  startedAtMs: number;
  latencyMs: number;
  /** HTTP status; null when there was no answer. */
  status: number | null;
  /** Why there was no answer, or why an answer does not count: `timeout`, `address refused`, `response too large` … */
  error: string | null;
  /** As deliver/kept-headers.ts makes them; null of an attempt that succeeded, or had no answer. */
  responseHeaders: Uint8Array | null;
  /** At most 1 KiB, as received. */
  responseExcerpt: Uint8Array;
}

/**
 * What follows from an attempt, or from there being none. There is no fifth way (docs/architecture.md section 4, promise 1).
 * `dueInMs` null: it waits for its turn as before, by the age of its event.
 */
export type Verdict =
  | { state: 'delivered' }
  | { state: 'exhausted'; reason: string }
  | { state: 'cancelled'; reason: string }
  | { state: 'pending'; dueInMs: number | null };
