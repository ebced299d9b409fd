import { JOB_KINDS, JobRequest } from '@sluice/contracts/job-commands';
import type { ClientBase, Pool } from 'pg';
import type { JobPart, LeasedJob, StepEnd } from './job.js';
import type { Stretch } from './stretches.js';

/** A step that takes longer may be done by another dispatcher: only one of the two is written. */
const LEASE_MS = 15_000;
/** Distinct ones that a job keeps. */
const MOST_NOTES = 20;

const NOW = (shift: string) => `now() + ${shift}::float8 * interval '1 millisecond'`;

/** The one that is due the longest: jobs take turns. Those of kinds that only a later version knows are left to it. */
const CLAIM = `
  with picked as materialized (
    select id from dispatch.job where state = 'running' and due_at <= ${NOW('$1')} and request->>'kind' = any($4)
    order by due_at limit 1
    for update skip locked
  )
  update dispatch.job j set lease = $2, due_at = ${NOW('$1')} + $3::float8 * interval '1 millisecond'
  from picked where j.id = picked.id
  returning j.id, j.account_id, j.request, j.rate, j.parts, j.plan, j.failures, j.created_at::text as created_at, ${NOW('$1')} as claimed_at`;

interface Row {
  id: string;
  account_id: string;
  request: unknown;
  rate: number;
  parts: JobPart[];
  plan: Stretch[] | null;
  failures: number;
  created_at: string;
  claimed_at: Date;
}

/** A job that is due, under the lease; null when none is. */
export async function claimJob(pool: Pool, lease: string, shiftMs: number): Promise<LeasedJob | null> {
  const { rows } = await pool.query<Row>({
    name: 'dispatch-claim-job',
    text: CLAIM,
    values: [shiftMs, lease, LEASE_MS, JOB_KINDS],
  });
  const [row] = rows;
  if (row === undefined) return null;
  const claimedAtMs = row.claimed_at.getTime();
  const { id, account_id: accountId, rate, parts, plan, failures, created_at: createdAt } = row;
  return {
    id,
    accountId,
    request: JobRequest.parse(row.request),
    rate,
    parts,
    plan,
    failures,
    createdAt,
    lease,
    claimedAtMs,
  };
}

const END_STEP = `
  update dispatch.job
  set parts = $3, plan = coalesce($13, plan), total = coalesce($14, total), done = done + $4, inserted = inserted + $5, not_possible = not_possible + $6,
    notes = (select coalesce(array_agg(note order by number), '{}') from (
      select note, min(number) as number from unnest(notes || $7::text[]) with ordinality as n(note, number)
      group by note order by 2 limit ${MOST_NOTES}) kept),
    state = $8, reason = $9, failures = $10, lease = null, due_at = ${NOW('$12')} + $11::float8 * interval '1 millisecond',
    ended_at = case when $8 <> 'running' then ${NOW('$12')} end
  where id = $1 and lease = $2 and state = 'running'`;

/**
 * Writes what a step leaves and gives the job back. False when it is not ours any more, or was cancelled: then whatever the
 * transaction wrote before must not be committed.
 */
export async function endStep(
  client: ClientBase | Pool,
  { id, lease }: LeasedJob,
  end: StepEnd,
  shiftMs: number,
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'dispatch-end-job-step',
    text: END_STEP,
    values: [
      id,
      lease,
      JSON.stringify(end.parts),
      end.done,
      end.inserted,
      end.notPossible,
      end.notes,
      end.state,
      end.reason,
      end.failures,
      end.dueInMs,
      shiftMs,
      end.plan === null ? null : JSON.stringify(end.plan),
      end.total,
    ],
  });
  return rowCount === 1;
}
