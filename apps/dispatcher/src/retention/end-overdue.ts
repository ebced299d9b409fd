import type { Pool, PoolClient } from 'pg';
import { exhaustedEvent, OPERATIONAL_PARTITION } from '../announcements/operational-event.js';
import { textArray } from '../database/binary-array.js';
import { writeHealth } from '../health/write-health.js';
import { advanceLanes, distinctLanes, lockLanes } from '../record/write-lanes.js';
import { LONGEST_LIFE_MS, OVER_TIME } from '../schedule/retry-policy.js';

/** Rows of one transaction, and transactions of one sweep: a mass of them must not hold up what else is to be written. */
const AT_ONCE = 500;
const MOST_TRANSACTIONS = 40;

/** Whatever is under way under a lease ends by itself: in a lane that may be what stands behind the row that has the lease. */
const IS_OVERDUE = `coalesce(p.begun_at, p.accepted_at) <= now() + ($1::float8 - $2::float8) * interval '1 millisecond'
    and (p.lease is null or p.due_at <= now() + $1::float8 * interval '1 millisecond')
    and not exists (
      select from dispatch.pending head
      where head.webhook_id = p.webhook_id and head.lane = p.lane and head.due_at < 'infinity'
        and head.lease is not null and head.due_at > now() + $1::float8 * interval '1 millisecond'
    )`;

const FIND_OVERDUE = `
  select p.id, p.webhook_id, p.lane from dispatch.pending p
  where ${IS_OVERDUE}
  order by coalesce(p.begun_at, p.accepted_at)
  limit $3`;

interface OverdueRow {
  id: string;
  webhook_id: string;
  lane: Buffer | null;
}

const END_OVERDUE = `
  with overdue as materialized (
    select p.id from dispatch.pending p
    where p.id = any($3::text[]) and ${IS_OVERDUE}
    for update skip locked
  ),
  ended as (
    delete from dispatch.pending p using overdue where p.id = overdue.id
    returning p.*
  ),
  written as (
    insert into dispatch.delivery (day, id, webhook_id, account_id, partition, position, state, reason, identity, ended_at)
    select day, id, webhook_id, account_id, partition, position, 'exhausted', $4::text || coalesce('; the last try: ' || reason, ''),
      identity, now() + $1::float8 * interval '1 millisecond'
    from ended
    on conflict do nothing
    returning id
  )
  select e.id, e.webhook_id, e.account_id, e.attempt, e.identity, e.partition, e.position, e.accepted_at, e.reason,
    e.begun_at, e.first_attempt,
    exists (select from written w where w.id = e.id) as new
  from ended e`;

interface EndedRow {
  id: string;
  webhook_id: string;
  account_id: string;
  /** The one that would have been made next. */
  attempt: number;
  identity: Buffer;
  partition: number;
  position: string;
  accepted_at: Date;
  reason: string | null;
  begun_at: Date | null;
  first_attempt: number;
  new: boolean;
}

/**
 * Ends the pending deliveries that are older than a delivery may get, also those of paused webhooks, which nobody claims, and
 * those that wait in lanes. Answers how many.
 */
export async function endOverdue(pool: Pool, shiftMs: number): Promise<number> {
  let ended = 0;
  for (let transactions = 0; transactions < MOST_TRANSACTIONS; transactions += 1) {
    const { rows } = await pool.query<OverdueRow>(FIND_OVERDUE, [shiftMs, LONGEST_LIFE_MS, AT_ONCE]);
    if (rows.length > 0) ended += await endRows(pool, rows, shiftMs);
    if (rows.length < AT_ONCE) break;
  }
  return ended;
}

async function endRows(pool: Pool, found: readonly OverdueRow[], shiftMs: number): Promise<number> {
  const lanes = distinctLanes(
    found.flatMap(({ webhook_id: webhookId, lane }) => (lane === null ? [] : [{ webhookId, lane }])),
  );
  const ids = textArray(found.map(({ id }) => id));
  const client = await pool.connect();
  try {
    await client.query('begin');
    await lockLanes(client, lanes);
    const { rows } = await client.query<EndedRow>(END_OVERDUE, [shiftMs, LONGEST_LIFE_MS, ids, OVER_TIME]);
    await advanceLanes(client, lanes, [], shiftMs);
    await count(client, rows, shiftMs);
    await client.query('commit');
    client.release();
    return rows.length;
  } catch (error) {
    // The transaction goes with the connection.
    client.release(true);
    throw error;
  }
}

/** Where a circuit is open few attempts are made, and most of what is given up ends here. */
async function count(client: PoolClient, rows: readonly EndedRow[], shiftMs: number): Promise<void> {
  const ended = rows.filter((row) => row.new);
  const verdict = { state: 'exhausted', reason: OVER_TIME } as const;
  await writeHealth(
    client,
    ended.map((row) => ({
      webhookId: row.webhook_id,
      accountId: row.account_id,
      attempt: null,
      verdict,
      ended: true,
      ofStreak: row.attempt > row.first_attempt,
    })),
    ended.flatMap((row) => (row.partition === OPERATIONAL_PARTITION ? [] : [eventOf(row)])),
    shiftMs,
  );
}

const eventOf = ({ identity, partition, ...row }: EndedRow) =>
  exhaustedEvent(
    { id: row.id, webhookId: row.webhook_id, accountId: row.account_id, ...runOf(row) },
    {
      attempts: row.attempt - 1,
      last_error: row.reason,
      reason: OVER_TIME,
      delivered: { identity, partition, position: BigInt(row.position), acceptedAtMs: row.accepted_at.getTime() },
    },
  );

const runOf = ({ begun_at, first_attempt }: Pick<EndedRow, 'begun_at' | 'first_attempt'>) =>
  begun_at === null ? {} : { run: { sinceMs: begun_at.getTime(), firstAttempt: first_attempt } };
