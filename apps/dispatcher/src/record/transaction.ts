import type { ClientBase } from 'pg';
import { writeHealth } from '../health/write-health.js';
import { LEASE_MS } from '../model/lease.js';
import { type LeftByChanges, NOTHING_LEFT } from './base-change.js';
import { becomesPending, bodyOf, type Fact, type OutcomeFact, type ParkFact } from './fact.js';
import { failureOf } from './failure.js';
import { lockPings, settlePings } from './settle-pings.js';
import { writeBaseChanges } from './write-base-changes.js';
import { insertDeadLetters } from './write-dead-letters.js';
import {
  deleteLeased,
  insertAttempts,
  insertDeliveries,
  insertIntoLanes,
  type LeasedRow,
  type PendingRow,
  postponeLeased,
} from './write-deliveries.js';
import { insertBodies, insertEvents } from './write-events.js';
import { advanceLanes, distinctLanes, holdLanes, laneOf, lockLanes } from './write-lanes.js';
import { movePartitions, type PartitionStep } from './write-partitions.js';
import { exhaustedEvents, writtenOutcomes } from './written-outcomes.js';

export interface TransactionOptions {
  leaseMs: number;
  shiftMs: number;
  /** The same facts were sent before, and it is not known whether they were committed. */
  rewritten: boolean;
}

const parkedRow = ({ delivery, lease }: ParkFact): PendingRow => ({
  delivery,
  attempt: delivery.attempt,
  dueInMs: lease === null ? null : LEASE_MS,
  lease,
  reason: null,
});

const retryRow = ({ delivery, attempt, verdict }: OutcomeFact): LeasedRow & PendingRow => ({
  delivery,
  attempt: attempt === null ? delivery.attempt : attempt.number + 1,
  dueInMs: verdict.state === 'pending' ? verdict.dueInMs : 0,
  lease: null,
  reason: failureOf(attempt),
});

/** What a transaction did. */
export interface Written {
  /** The partitions that are still ours; facts of others are not written. */
  held: Set<number>;
  left: LeftByChanges;
  /** Deliveries that were given up, of which is to be told. */
  told: number;
  /** Deliveries that stand in lanes are due, which were not before. */
  lanesDue: boolean;
}

/**
 * Writes facts in one transaction: first the partitions (fence, position, lease), then the rows of the facts whose epoch
 * is still ours. A small number of statements, the same for one fact and for a thousand; none for what is not there.
 * Writing the same facts twice leaves what writing them once leaves.
 *
 * Throws what PostgreSQL says; then either nothing is written, or (connection lost at the commit) it is not known.
 */
export async function writeFacts(
  client: ClientBase,
  facts: readonly Fact[],
  partitions: readonly PartitionStep[],
  options: TransactionOptions,
): Promise<Written> {
  if (facts.length === 0) {
    const held = await movePartitions(client, partitions, options);
    return { held, left: NOTHING_LEFT, told: 0, lanesDue: false };
  }
  await client.query('begin');
  try {
    const held = partitions.length === 0 ? new Set<number>() : await movePartitions(client, partitions, options);
    const written = await writeRows(
      client,
      facts.filter(({ under }) => under === null || held.has(under.partition)),
      options,
    );
    await client.query('commit');
    return { held, ...written };
  } catch (error) {
    // When this fails too, the connection is gone and the server rolls back by itself.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

async function writeRows(
  client: ClientBase,
  facts: readonly Fact[],
  options: TransactionOptions,
): Promise<Omit<Written, 'held'>> {
  const events = facts.filter((fact) => fact.kind === 'event');
  const outcomes = facts.filter((fact) => fact.kind === 'outcome');
  const leased = outcomes.filter(({ under }) => under === null);
  const pings = facts.filter((fact) => fact.kind === 'ping');
  const ended = ({ verdict }: OutcomeFact): boolean => verdict.state !== 'pending';

  await lockPings(client, pings, events);
  await insertEvents(client, events);
  const left = await writeBaseChanges(client, events, options.shiftMs);
  await insertBodies(client, new Set(facts.flatMap((fact) => bodyOf(fact) ?? [])));
  // A delivery may be parked and settled within one batch, so its row is inserted before leases are looked at.
  const pending = facts.filter(becomesPending).map((fact) => (fact.kind === 'park' ? parkedRow(fact) : retryRow(fact)));
  const lanes = distinctLanes([...pending, ...leased].flatMap(({ delivery }) => laneOf(delivery) ?? []));
  await lockLanes(client, lanes);
  await insertIntoLanes(client, pending, options);
  const held = await holdLanes(
    client,
    leased.map(({ delivery }) => delivery),
  );
  const retries = leased.filter((fact) => !ended(fact)).map(retryRow);
  const postponed = await postponeLeased(client, retries, held, options.shiftMs);
  const ends = leased.filter(ended).map(({ delivery }) => delivery);
  const deleted = await deleteLeased(client, ends, held);
  const settledNow = leased.filter(({ delivery }) => postponed.has(delivery.id) || deleted.has(delivery.id));
  const lanesDue = await advanceLanes(client, lanes, settledNow, options.shiftMs);
  const counted = outcomes.filter(
    ({ under, delivery }) => under !== null || postponed.has(delivery.id) || deleted.has(delivery.id),
  );
  const rows = {
    ended: await insertDeliveries(client, counted.filter(ended), options),
    made: await insertAttempts(
      client,
      counted.flatMap(({ delivery, attempt }) => (attempt === null ? [] : [{ delivery, attempt }])),
    ),
  };
  const settled = await settlePings(client, pings, options.shiftMs);
  await insertDeadLetters(
    client,
    facts.filter((fact) => fact.kind === 'dead letter'),
    options.shiftMs,
  );
  const exhausted = exhaustedEvents(counted, rows);
  await writeHealth(client, writtenOutcomes(counted, rows, settled), exhausted, options.shiftMs);
  return { left, told: exhausted.length, lanesDue };
}
