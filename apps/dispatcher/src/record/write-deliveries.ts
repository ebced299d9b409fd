import type { ClientBase } from 'pg';
import {
  byteaArray,
  dayArray,
  float8Array,
  int4Array,
  int8Array,
  textArray,
  timestampArray,
} from '../database/binary-array.js';
import type { Attempt, EventDelivery } from '../model/delivery.js';
import type { OutcomeFact } from './fact.js';
import { plainText } from './refusal.js';
import { advanceLanes, distinctLanes, laneOf, lockLanes } from './write-lanes.js';

/** A delivery that becomes a pending row. */
export interface PendingRow {
  delivery: Omit<EventDelivery, 'origin'>;
  /** Number of the attempt to make next. */
  attempt: number;
  /** Null: at once, and before what is younger; see {@link dueAt}. */
  dueInMs: number | null;
  lease: string | null;
  reason: string | null;
  /** It begins now, with this attempt, whatever the age of its event. */
  begins?: boolean;
}

/** A row that is there and goes on. */
export type LeasedRow = Omit<PendingRow, 'lease' | 'begins' | 'delivery'> & { delivery: EventDelivery };

/** Rows of one statement. */
const INSERTED_AT_ONCE = 1_000;

const NOW = (shift: string) => `now() + ${shift}::float8 * interval '1 millisecond'`;

/**
 * What waits for its turn is due since its event was accepted, or since it began by hand, so that rows come back in order of
 * age however often they went to and fro. The gateway's clock may be ahead of ours.
 */
const dueAt = (dueIn: string, beganAt: string, shift: string) =>
  `coalesce(now() + (${shift}::float8 + ${dueIn}) * interval '1 millisecond', least(${beganAt}, ${NOW(shift)}))`;

/**
 * Not if the delivery has ended: written again after an unanswered commit, it may have been claimed and made since. In a lane
 * it stands behind all others until the lane is advanced.
 */
const INSERT_PENDING = `
  insert into dispatch.pending
    (id, webhook_id, account_id, identity, day, partition, position, accepted_at, attempt, due_at, lease, reason, created_at,
    first_attempt, begun_at, lane, not_before)
  select u.id, u.webhook_id, u.account_id, u.identity, u.day, u.partition, u.position, u.accepted_at, u.attempt,
    case when u.lane is null then ${dueAt('u.due_in', 'u.accepted_at', '$13')} else 'infinity' end,
    u.lease, u.reason, ${NOW('$13')},
    coalesce(u.begins_with, 1), case when u.begins_with is not null then ${NOW('$13')} end, u.lane,
    case when u.lane is not null then now() + ($13::float8 + u.due_in) * interval '1 millisecond' end
  from unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::date[], $6::int4[], $7::int8[], $8::timestamptz[],
    $9::int4[], $10::float8[], $11::text[], $12::text[], $14::int4[], $15::bytea[])
    as u(id, webhook_id, account_id, identity, day, partition, position, accepted_at, attempt, due_in, lease, reason,
      begins_with, lane)
  where not exists (select from dispatch.delivery d where d.id = u.id and d.day = u.day)
  on conflict (id) do nothing`;

/** With a snapshot of its own, after the insert: also sees an end that was committed while the insert waited for it. */
const DELETE_ENDED_PENDING = `
  delete from dispatch.pending p using unnest($1::text[], $2::date[]) as u(id, day)
  where p.id = u.id and exists (select from dispatch.delivery d where d.id = u.id and d.day = u.day)`;

const POSTPONED_TO = dueAt('u.due_in', 'coalesce(p.begun_at, p.accepted_at)', '$6');

/**
 * With a lane, which is held: the lease of its head is good for those behind it, too. In a lane it waits until the lane is
 * advanced, as another may have come to stand before it.
 */
const POSTPONE_LEASED = `
  update dispatch.pending p
  set attempt = u.attempt, lease = null, reason = coalesce(u.reason, p.reason),
    due_at = case when p.lane is null then ${POSTPONED_TO} else 'infinity' end,
    not_before = case when p.lane is not null then ${POSTPONED_TO} end
  from unnest($1::text[], $2::text[], $3::int4[], $4::float8[], $5::text[], $7::bytea[])
    as u(id, lease, attempt, due_in, reason, lane)
  where p.id = u.id and (p.lease = u.lease or p.lane = u.lane)
  returning p.id`;

const DELETE_LEASED = `
  delete from dispatch.pending p using unnest($1::text[], $2::text[], $3::bytea[]) as u(id, lease, lane)
  where p.id = u.id and (p.lease = u.lease or p.lane = u.lane)
  returning p.id`;

const INSERT_DELIVERIES = `
  insert into dispatch.delivery (day, id, webhook_id, account_id, partition, position, state, reason, identity, ended_at)
  select u.*, ${NOW('$10')}
  from unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::int4[], $6::int8[], $7::text[], $8::text[], $9::bytea[]) as u
  on conflict do nothing
  returning id`;

/** What {@link DELETE_ENDED_PENDING} is to pending rows: one that was sent again meanwhile has not ended. */
const DELETE_BEGUN_DELIVERIES = `
  delete from dispatch.delivery d using unnest($1::text[], $2::date[]) as u(id, day)
  where d.id = u.id and d.day = u.day and exists (select from dispatch.pending p where p.id = u.id)
  returning d.id`;

const INSERT_ATTEMPTS = `
  insert into dispatch.attempt (day, delivery_id, number, started_at, latency_ms, status, error, excerpt, response_headers)
  select * from unnest($1::date[], $2::text[], $3::int4[], $4::timestamptz[], $5::float8[], $6::int4[], $7::text[], $8::bytea[],
    $9::bytea[])
  on conflict do nothing
  returning delivery_id, number`;

/** What the day is taken from, which leads to the partition of the table. */
const acceptedAt = (delivery: Pick<EventDelivery, 'event'>): number => Date.parse(delivery.event.stamp.acceptedAt);

const heldLane = (delivery: EventDelivery, held: ReadonlySet<EventDelivery>): Buffer | null =>
  held.has(delivery) ? (delivery.lane?.id ?? null) : null;

const leaseOf = ({ origin }: EventDelivery): string | null => (origin.kind === 'pending' ? origin.lease : null);

export interface InsertTerms {
  shiftMs: number;
  /** The batch was sent before and its commit went unanswered; or what is inserted may be ending in another transaction. */
  rewritten: boolean;
}

/**
 * Adds rows, as many as there are, in a transaction that changes nothing else of lanes. Answers how many there were not
 * before.
 */
export async function insertPending(
  client: ClientBase,
  rows: readonly PendingRow[],
  terms: InsertTerms,
): Promise<number> {
  const lanes = distinctLanes(rows.flatMap(({ delivery }) => laneOf(delivery) ?? []));
  await lockLanes(client, lanes);
  let inserted = 0;
  for (let from = 0; from < rows.length; from += INSERTED_AT_ONCE) {
    inserted += await insertIntoLanes(client, rows.slice(from, from + INSERTED_AT_ONCE), terms);
  }
  await advanceLanes(client, lanes, [], terms.shiftMs);
  return inserted;
}

/** The lanes that the rows stand in must be locked, and advanced afterwards. Answers how many there were not before. */
export async function insertIntoLanes(
  client: ClientBase,
  rows: readonly PendingRow[],
  { shiftMs, rewritten }: InsertTerms,
): Promise<number> {
  if (rows.length === 0) return 0;
  const ids = textArray(rows.map(({ delivery }) => delivery.id));
  const days = dayArray(rows.map(({ delivery }) => acceptedAt(delivery)));
  const { rowCount } = await client.query({
    name: 'dispatch-insert-pending',
    text: INSERT_PENDING,
    values: [
      ids,
      textArray(rows.map(({ delivery }) => delivery.webhookId)),
      textArray(rows.map(({ delivery }) => delivery.accountId)),
      byteaArray(rows.map(({ delivery }) => delivery.event.identity)),
      days,
      int4Array(rows.map(({ delivery }) => delivery.event.partition)),
      int8Array(rows.map(({ delivery }) => delivery.event.position)),
      timestampArray(rows.map(({ delivery }) => acceptedAt(delivery))),
      int4Array(rows.map(({ attempt }) => attempt)),
      float8Array(rows.map(({ dueInMs }) => dueInMs)),
      textArray(rows.map(({ lease }) => lease)),
      textArray(rows.map(({ reason }) => reason)),
      shiftMs,
      int4Array(rows.map(({ begins, attempt }) => (begins === true ? attempt : null))),
      byteaArray(rows.map(({ delivery }) => delivery.lane?.id ?? null)),
    ],
  });
  if (!rewritten) return rowCount ?? 0;
  const ended = await client.query({
    name: 'dispatch-delete-ended-pending',
    text: DELETE_ENDED_PENDING,
    values: [ids, days],
  });
  return (rowCount ?? 0) - (ended.rowCount ?? 0);
}

/** Retries of claimed rows: due later, under no lease. Answers the ids that were still under theirs. */
export async function postponeLeased(
  client: ClientBase,
  rows: readonly LeasedRow[],
  held: ReadonlySet<EventDelivery>,
  shiftMs: number,
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const { rows: postponed } = await client.query<{ id: string }>({
    name: 'dispatch-postpone-leased',
    text: POSTPONE_LEASED,
    values: [
      textArray(rows.map(({ delivery }) => delivery.id)),
      textArray(rows.map(({ delivery }) => leaseOf(delivery))),
      int4Array(rows.map(({ attempt }) => attempt)),
      float8Array(rows.map(({ dueInMs }) => dueInMs)),
      textArray(rows.map(({ reason }) => reason)),
      shiftMs,
      byteaArray(rows.map(({ delivery }) => heldLane(delivery, held))),
    ],
  });
  return new Set(postponed.map((row) => row.id));
}

/** Ends of claimed rows. Answers the ids that were still under their lease. */
export async function deleteLeased(
  client: ClientBase,
  deliveries: readonly EventDelivery[],
  held: ReadonlySet<EventDelivery>,
): Promise<Set<string>> {
  if (deliveries.length === 0) return new Set();
  const { rows } = await client.query<{ id: string }>({
    name: 'dispatch-delete-leased',
    text: DELETE_LEASED,
    values: [
      textArray(deliveries.map(({ id }) => id)),
      textArray(deliveries.map(leaseOf)),
      byteaArray(deliveries.map((delivery) => heldLane(delivery, held))),
    ],
  });
  return new Set(rows.map((row) => row.id));
}

/** Ends of deliveries. Answers the ids of those that had not ended before. */
export async function insertDeliveries(
  client: ClientBase,
  outcomes: readonly OutcomeFact[],
  { shiftMs, rewritten }: InsertTerms,
): Promise<Set<string>> {
  if (outcomes.length === 0) return new Set();
  const deliveries = outcomes.map(({ delivery }) => delivery);
  const days = dayArray(deliveries.map(acceptedAt));
  const ids = textArray(deliveries.map(({ id }) => id));
  const { rows } = await client.query<{ id: string }>({
    name: 'dispatch-insert-deliveries',
    text: INSERT_DELIVERIES,
    values: [
      days,
      ids,
      textArray(deliveries.map(({ webhookId }) => webhookId)),
      textArray(deliveries.map(({ accountId }) => accountId)),
      int4Array(deliveries.map(({ event }) => event.partition)),
      int8Array(deliveries.map(({ event }) => event.position)),
      textArray(outcomes.map(({ verdict }) => verdict.state)),
      textArray(outcomes.map(({ verdict }) => ('reason' in verdict ? plainText(verdict.reason) : null))),
      byteaArray(deliveries.map(({ event }) => event.identity)),
      shiftMs,
    ],
  });
  const inserted = new Set(rows.map((row) => row.id));
  if (!rewritten) return inserted;
  const begun = await client.query<{ id: string }>({
    name: 'dispatch-delete-begun-deliveries',
    text: DELETE_BEGUN_DELIVERIES,
    values: [ids, days],
  });
  for (const { id } of begun.rows) inserted.delete(id);
  return inserted;
}

interface MadeAttempt {
  delivery: EventDelivery;
  attempt: Attempt;
}

export const attemptKey = ({ delivery, attempt }: MadeAttempt): string => `${delivery.id}/${attempt.number}`;

/** Answers those that were not recorded before, by {@link attemptKey}. */
export async function insertAttempts(client: ClientBase, made: readonly MadeAttempt[]): Promise<Set<string>> {
  if (made.length === 0) return new Set();
  const { rows } = await client.query<{ delivery_id: string; number: number }>({
    name: 'dispatch-insert-attempts',
    text: INSERT_ATTEMPTS,
    values: [
      dayArray(made.map(({ delivery }) => acceptedAt(delivery))),
      textArray(made.map(({ delivery }) => delivery.id)),
      int4Array(made.map(({ attempt }) => attempt.number)),
      timestampArray(made.map(({ attempt }) => attempt.startedAtMs)),
      float8Array(made.map(({ attempt }) => attempt.latencyMs)),
      int4Array(made.map(({ attempt }) => attempt.status)),
      textArray(made.map(({ attempt }) => (attempt.error === null ? null : plainText(attempt.error)))),
      byteaArray(made.map(({ attempt }) => attempt.responseExcerpt)),
      byteaArray(made.map(({ attempt }) => attempt.responseHeaders)),
    ],
  });
  return new Set(rows.map(({ delivery_id, number }) => `${delivery_id}/${number}`));
}
