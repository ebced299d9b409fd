import type { Pool } from 'pg';
import { LONGEST_LIFE_MS, OVER_TIME } from '../retry/retry-policy.js';

/** Rows of one statement, and statements of one sweep: a mass of them must not hold up what else is to be written. */
const AT_ONCE = 500;
const MOST_STATEMENTS = 40;

/** Whatever is under way under a lease ends by itself. */
const END_OVERDUE = `
  with overdue as materialized (
    select p.id from dispatch.pending p
    where p.accepted_at <= now() + ($1::float8 - $2::float8) * interval '1 millisecond'
      and (p.lease is null or p.due_at <= now() + $1::float8 * interval '1 millisecond')
    order by p.accepted_at
    limit $3
    for update skip locked
  ),
  ended as (
    delete from dispatch.pending p using overdue where p.id = overdue.id
    returning p.day, p.id, p.webhook_id, p.account_id, p.partition, p.position, p.reason
  )
  insert into dispatch.delivery (day, id, webhook_id, account_id, partition, position, state, reason, ended_at)
  select day, id, webhook_id, account_id, partition, position, 'exhausted', $4::text || coalesce('; the last try: ' || reason, ''),
    now() + $1::float8 * interval '1 millisecond'
  from ended
  on conflict do nothing`;

/**
 * Ends the pending deliveries whose event is older than a delivery may get, also those of paused webhooks, which nobody
 * claims. Answers how many.
 */
export async function endOverdue(pool: Pool, shiftMs: number): Promise<number> {
  let ended = 0;
  for (let statements = 0; statements < MOST_STATEMENTS; statements += 1) {
    const { rowCount } = await pool.query(END_OVERDUE, [shiftMs, LONGEST_LIFE_MS, AT_ONCE, OVER_TIME]);
    ended += rowCount ?? 0;
    if ((rowCount ?? 0) < AT_ONCE) break;
  }
  return ended;
}
