import type { Pool } from 'pg';
import type { Run } from '../delivery.js';
import { LEASE_MS } from '../lease.js';
import { int4Array, textArray } from '../record/binary-array.js';
import { LONGEST_LIFE_MS } from './retry-policy.js';

/** A pending row under our lease, without the event's bytes. */
export interface ClaimedRow {
  id: string;
  webhookId: string;
  accountId: string;
  identity: Buffer;
  /** `YYYY-MM-DD`, with the identity the key of the event's body. */
  day: string;
  partition: number;
  position: bigint;
  attempt: number;
  /** When the row was made: milliseconds since the epoch. */
  sinceMs: number;
  /** Of a delivery that was made or sent again by hand. */
  run?: Run;
  /** It is older than a delivery may get. */
  over: boolean;
}

/** What a claim must respect beside the shares. */
export interface ClaimTerms {
  lease: string;
  /** Deliveries that are left alone although their lease may be over: their outcomes wait to be written. */
  except: Iterable<string>;
  shiftMs: number;
}

/**
 * Rows that another dispatcher is claiming at this moment are passed over; the lock also looks again at a row that has
 * changed since the statement began, so a row that was just claimed is no longer due.
 */
const CLAIM = `
  with picked as materialized (
    select due.id, due.due_at
    from unnest($1::text[], $2::int4[]) as share(webhook_id, places)
    cross join lateral (
      select p.id, p.due_at from dispatch.pending p
      where p.webhook_id = share.webhook_id and p.due_at <= now() + $3::float8 * interval '1 millisecond'
        and p.id <> all ($6::text[])
      order by p.due_at
      limit share.places
      for update skip locked
    ) due
  )
  update dispatch.pending p
  set lease = $4::text, due_at = now() + ($3::float8 + $5::float8) * interval '1 millisecond'
  from picked where p.id = picked.id
  returning p.id, p.webhook_id, p.account_id, p.identity, to_char(p.day, 'YYYY-MM-DD') as day, p.partition, p.position,
    p.attempt, p.created_at, p.first_attempt, p.begun_at, picked.due_at as was_due_at,
    coalesce(p.begun_at, p.accepted_at) <= now() + ($3::float8 - $7::float8) * interval '1 millisecond' as over`;

interface Row {
  id: string;
  webhook_id: string;
  account_id: string;
  identity: Buffer;
  day: string;
  partition: number;
  position: string;
  attempt: number;
  created_at: Date;
  first_attempt: number;
  begun_at: Date | null;
  was_due_at: Date;
  over: boolean;
}

/** Claims up to the given number of due rows of each webhook, the longest due first, under the lease; answers them in that order. */
export async function claimRows(
  pool: Pool,
  shares: ReadonlyMap<string, number>,
  { lease, except, shiftMs }: ClaimTerms,
): Promise<ClaimedRow[]> {
  const { rows } = await pool.query<Row>({
    name: 'dispatch-claim',
    text: CLAIM,
    values: [
      textArray([...shares.keys()]),
      int4Array([...shares.values()]),
      shiftMs,
      lease,
      LEASE_MS,
      textArray([...except]),
      LONGEST_LIFE_MS,
    ],
  });
  rows.sort(
    (a, b) => a.was_due_at.getTime() - b.was_due_at.getTime() || Number(BigInt(a.position) - BigInt(b.position)),
  );
  return rows.map((row) => ({
    id: row.id,
    webhookId: row.webhook_id,
    accountId: row.account_id,
    identity: row.identity,
    day: row.day,
    partition: row.partition,
    position: BigInt(row.position),
    attempt: row.attempt,
    sinceMs: row.created_at.getTime(),
    ...(row.begun_at === null ? {} : { run: { sinceMs: row.begun_at.getTime(), firstAttempt: row.first_attempt } }),
    over: row.over,
  }));
}

/** As if it had never been claimed: in its place by its age. */
export const givenBack = (shift: string) =>
  `lease = null, due_at = least(coalesce(begun_at, accepted_at), now() + ${shift}::float8 * interval '1 millisecond')`;

const RELEASE = `
  update dispatch.pending p set ${givenBack('$3')}
  from unnest($1::text[], $2::text[]) as u(id, lease)
  where p.id = u.id and p.lease = u.lease`;

/** Rows that are still under the given lease are due at once. */
export async function releaseRows(
  pool: Pool,
  leased: readonly { id: string; lease: string }[],
  shiftMs: number,
): Promise<void> {
  if (leased.length === 0) return;
  const values = [textArray(leased.map(({ id }) => id)), textArray(leased.map(({ lease }) => lease)), shiftMs];
  await pool.query({ name: 'dispatch-release', text: RELEASE, values });
}

/** What is leased is due within a lease's length, so the rows of a lease are found without reading all others. */
const RELEASE_LEASE = `
  update dispatch.pending set ${givenBack('$2')}
  where lease = $1
    and due_at > now() + $2::float8 * interval '1 millisecond'
    and due_at <= now() + ($2::float8 + $3::float8) * interval '1 millisecond'`;

/** All rows under the lease are due at once, also those that were claimed without our hearing of it. */
export async function releaseLease(pool: Pool, lease: string, shiftMs: number): Promise<void> {
  await pool.query(RELEASE_LEASE, [lease, shiftMs, LEASE_MS]);
}
