import type { Pool } from 'pg';
import { textArray } from '../database/binary-array.js';
import type { Ping } from '../model/delivery.js';
import { LEASE_MS } from '../model/lease.js';
import type { ClaimTerms } from './claim-rows.js';
import { LEASED, releasePingsSql } from './release-pings.js';

/**
 * What is being recorded for a webhook at this moment has its ping locked: it is passed over, and claimed when that is
 * committed. So a ping tells of everything that was recorded before its claim, and `again` of what came later.
 */
const CLAIM = `
  with picked as materialized (
    select p.webhook_id from dispatch.ping p
    where p.webhook_id = any($1::text[]) and p.due_at <= now() + $2::float8 * interval '1 millisecond'
      and p.webhook_id <> all ($5::text[])
    for update skip locked
  )
  update dispatch.ping p
  set lease = $3::text, due_at = now() + ($2::float8 + $4::float8) * interval '1 millisecond', again = false
  from picked where p.webhook_id = picked.webhook_id
  returning p.webhook_id, p.account_id, p.attempt, p.created_at`;

interface Row {
  webhook_id: string;
  account_id: string;
  attempt: number;
  created_at: Date;
}

/** Claims the due pings of these webhooks under the lease. */
export async function claimPings(
  pool: Pool,
  webhookIds: readonly string[],
  { lease, except, shiftMs }: ClaimTerms,
): Promise<Ping[]> {
  if (webhookIds.length === 0) return [];
  const { rows } = await pool.query<Row>({
    name: 'dispatch-claim-pings',
    text: CLAIM,
    values: [textArray(webhookIds), shiftMs, lease, LEASE_MS, textArray([...except])],
  });
  return rows.map((row) => ({
    kind: 'ping',
    id: row.webhook_id,
    webhookId: row.webhook_id,
    accountId: row.account_id,
    attempt: row.attempt,
    openedAtMs: row.created_at.getTime(),
    origin: { kind: 'pending', lease },
  }));
}

const RELEASE = releasePingsSql(
  'join unnest($1::text[], $2::text[]) as u(webhook_id, lease) on p.webhook_id = u.webhook_id and p.lease = u.lease',
  '$3',
);

/** Pings that are still under their lease are due at once. */
export async function releasePings(pool: Pool, pings: readonly Ping[], shiftMs: number): Promise<void> {
  if (pings.length === 0) return;
  const leases = pings.map(({ origin }) => origin.lease);
  const values = [textArray(pings.map(({ webhookId }) => webhookId)), textArray(leases), shiftMs];
  await pool.query({ name: 'dispatch-release-pings', text: RELEASE, values });
}

const RELEASE_LEASE = releasePingsSql(`where p.lease = $1 and ${LEASED}`, '$2');

/** All pings under the lease are due at once. */
export async function releasePingLease(pool: Pool, lease: string, shiftMs: number): Promise<void> {
  await pool.query(RELEASE_LEASE, [lease, shiftMs, LEASE_MS]);
}
