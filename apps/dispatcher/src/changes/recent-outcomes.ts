import type { Versioned } from '@sluice/contracts/follow-commands';
import type { Pool } from 'pg';

/** By the account's hours (rollup_account): counts are added up there with every outcome. */
const WEBHOOKS = `
  select webhook_id as id, touched_at::text as version from dispatch.rollup
  where account_id = $1 and hour >= date_trunc('hour', now() + ($2::float8 - $3::float8) * interval '1 millisecond', 'utc')
    and touched_at >= now() + ($2::float8 - $3::float8) * interval '1 millisecond'`;

const NEWEST_JOBS = 100;

const JOBS = `
  select id, concat_ws('/', state, done, inserted, not_possible, reason) as version from dispatch.job
  where account_id = $1 order by id desc limit ${NEWEST_JOBS}`;

/** The account's webhooks that had outcomes in the last so many milliseconds. */
export async function readTouchedWebhooks(
  pool: Pool,
  accountId: string,
  withinMs: number,
  shiftMs: number,
): Promise<Versioned[]> {
  const values = [accountId, shiftMs, withinMs];
  return (await pool.query<Versioned>({ name: 'dispatch-touched-webhooks', text: WEBHOOKS, values })).rows;
}

/** How far the account's newest jobs are. */
export async function readJobVersions(pool: Pool, accountId: string): Promise<Versioned[]> {
  return (await pool.query<Versioned>({ name: 'dispatch-job-versions', text: JOBS, values: [accountId] })).rows;
}
