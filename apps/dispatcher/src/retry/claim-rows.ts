import type { Pool } from 'pg';
import { byteaArray, int4Array, int8Array, textArray } from '../database/binary-array.js';
import type { Run } from '../model/delivery.js';
import { LEASE_MS } from '../model/lease.js';
import { LONGEST_LIFE_MS } from '../schedule/retry-policy.js';

/** A pending row under our lease, or behind one that is in its lane, without the event's bytes. */
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
  /** Of a delivery that was made or sent again by hand. */
  run?: Run;
  /** It is older than a delivery may get. */
  over: boolean;
  lane: Buffer | null;
  /** In its lane it must still wait, whoever stands before it. */
  early: boolean;
}

/** What a claim must respect beside the shares. */
export interface ClaimTerms {
  lease: string;
  /** Deliveries that are left alone although their lease may be over: their outcomes wait to be written. */
  except: Iterable<string>;
  shiftMs: number;
}

const columns = (shift: string, longestLife: string): string =>
  `p.id, p.webhook_id, p.account_id, p.identity, to_char(p.day, 'YYYY-MM-DD') as day, p.partition, p.position,
    p.attempt, p.lane, coalesce(p.not_before > now() + ${shift}::float8 * interval '1 millisecond', false) as early,
    p.first_attempt, p.begun_at,
    coalesce(p.begun_at, p.accepted_at) <= now() + (${shift}::float8 - ${longestLife}::float8) * interval '1 millisecond' as over`;

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
  returning ${columns('$3', '$7')}, picked.due_at as was_due_at`;

interface Row extends Omit<ClaimedRow, 'webhookId' | 'accountId' | 'position' | 'run'> {
  webhook_id: string;
  account_id: string;
  position: string;
  first_attempt: number;
  begun_at: Date | null;
}

const claimedRow = ({ webhook_id, account_id, position, first_attempt, begun_at, ...row }: Row): ClaimedRow => ({
  ...row,
  webhookId: webhook_id,
  accountId: account_id,
  position: BigInt(position),
  ...(begun_at === null ? {} : { run: { sinceMs: begun_at.getTime(), firstAttempt: first_attempt } }),
});

/** Claims up to the given number of due rows of each webhook, the longest due first, under the lease; answers them in that order. */
export async function claimRows(
  pool: Pool,
  shares: ReadonlyMap<string, number>,
  { lease, except, shiftMs }: ClaimTerms,
): Promise<ClaimedRow[]> {
  const { rows } = await pool.query<Row & { was_due_at: Date }>({
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
  return rows.map(claimedRow);
}

const BEHIND = `
  select ${columns('$5', '$6')}
  from unnest($1::text[], $2::bytea[], $3::int4[], $4::int8[]) as head(webhook_id, lane, partition, position)
  cross join lateral (
    select * from dispatch.pending p
    where p.webhook_id = head.webhook_id and p.lane = head.lane
      and (p.partition, p.position) > (head.partition, head.position)
    order by p.partition, p.position
    limit $7
  ) p
  order by p.partition, p.position`;

/**
 * Up to so many rows that stand directly behind each of these, which were claimed, in their lanes; in the order in which
 * they stand there. While the lease of a lane's head lasts nobody else can claim them.
 */
export async function rowsBehind(
  pool: Pool,
  heads: readonly ClaimedRow[],
  most: number,
  shiftMs: number,
): Promise<ClaimedRow[]> {
  const inLanes = heads.filter(({ lane }) => lane !== null);
  if (inLanes.length === 0) return [];
  const { rows } = await pool.query<Row>({
    name: 'dispatch-rows-behind',
    text: BEHIND,
    values: [
      textArray(inLanes.map(({ webhookId }) => webhookId)),
      byteaArray(inLanes.map(({ lane }) => lane)),
      int4Array(inLanes.map(({ partition }) => partition)),
      int8Array(inLanes.map(({ position }) => position)),
      shiftMs,
      LONGEST_LIFE_MS,
      most,
    ],
  });
  return rows.map(claimedRow);
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
