import { JOB_KINDS, type Job, JobRequest } from '@sluice/contracts/job-commands';
import type { Pool } from 'pg';
import type { JobPart } from './job.js';

export interface NewJob {
  id: string;
  accountId: string;
  request: JobRequest;
  rate: number;
  webhookIds: readonly string[];
  /** What is to be looked at in all; null while that is not known. */
  total: number | null;
  /** The key that asked for it, and the address, where that is known. */
  askedBy: string;
  askedFrom?: string | undefined;
}

/** Of one account: each costs a step now and then. */
export const MOST_RUNNING = 100;
/** How long a job that ended is remembered. */
const KEEP_DAYS = 30;

const SHOWN =
  'id, request, rate, state, reason, parts, total, done, inserted, not_possible, notes, created_at, ended_at';

const NOW = (shift: string) => `now() + ${shift}::float8 * interval '1 millisecond'`;

/** The account's hash follows: two new jobs of one account at once must not both take the last place. */
const JOBS_LOCK = 1_802_465_121;
const LOCK = 'select pg_advisory_xact_lock($1, hashtext($2))';

const INSERT = `
  insert into dispatch.job (id, account_id, request, rate, state, parts, total, due_at, created_at, asked_by, asked_from)
  select $1, $2, $3, $4, 'running', $5, $6, ${NOW('$7')} + $10::float8 * interval '1 millisecond', ${NOW('$7')}, $8, $9
  where (select count(*) from dispatch.job where account_id = $2 and state = 'running') < ${MOST_RUNNING}
  returning ${SHOWN}`;

interface Row {
  id: string;
  request: unknown;
  rate: number;
  state: Job['state'];
  reason: string | null;
  parts: JobPart[];
  total: string | null;
  done: string;
  inserted: string;
  not_possible: string;
  notes: string[];
  created_at: Date;
  ended_at: Date | null;
}

const jobOf = (row: Row): Job => ({
  id: row.id,
  request: JobRequest.parse(row.request),
  webhookIds: row.parts.map(({ webhookId }) => webhookId).sort(),
  rate: row.rate,
  state: row.state,
  reason: row.reason,
  total: row.total === null ? null : Number(row.total),
  done: Number(row.done),
  inserted: Number(row.inserted),
  notPossible: Number(row.not_possible),
  notes: row.notes,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
});

/**
 * The job, running and due after `heldMs`, when nobody releases it before; null when the account has as many as it may have
 * at once.
 */
export async function insertJob(pool: Pool, job: NewJob, shiftMs: number, heldMs = 0): Promise<Job | null> {
  const parts: JobPart[] = job.webhookIds.map((webhookId) => ({ webhookId, cursor: null, over: false }));
  const { id, accountId, request, rate, total, askedBy, askedFrom = null } = job;
  const values = [id, accountId, request, rate, JSON.stringify(parts), total, shiftMs, askedBy, askedFrom, heldMs];
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(LOCK, [JOBS_LOCK, accountId]);
    const { rows } = await client.query<Row>(INSERT, values);
    await client.query('commit');
    client.release();
    return rows[0] === undefined ? null : jobOf(rows[0]);
  } catch (error) {
    // Its transaction ends with the connection.
    client.release(true);
    throw error;
  }
}

/** A job that was inserted held is due now. */
export async function releaseJob(pool: Pool, id: string, shiftMs: number): Promise<void> {
  await pool.query(`update dispatch.job set due_at = ${NOW('$2')} where id = $1 and lease is null`, [id, shiftMs]);
}

/** As if it had never been asked for: of a job that is held still. */
export async function withdrawJob(pool: Pool, id: string): Promise<void> {
  await pool.query('delete from dispatch.job where id = $1 and lease is null', [id]);
}

/** The account's job of this id; null for one of a kind that only a later version knows, too. */
export async function readJob(pool: Pool, accountId: string, id: string): Promise<Job | null> {
  const { rows } = await pool.query<Row>(
    `select ${SHOWN} from dispatch.job where account_id = $1 and id = $2 and request->>'kind' = any($3)`,
    [accountId, id, JOB_KINDS],
  );
  return rows[0] === undefined ? null : jobOf(rows[0]);
}

/** The account's newest jobs of known kinds, or those older than `before`: ids tell their order. */
export async function readJobs(
  pool: Pool,
  accountId: string,
  { limit, before }: { limit: number; before?: string | undefined },
): Promise<Job[]> {
  const { rows } = await pool.query<Row>(
    `select ${SHOWN} from dispatch.job where account_id = $1 and ($2::text is null or id < $2) and request->>'kind' = any($4)
     order by id desc limit $3`,
    [accountId, before ?? null, limit, JOB_KINDS],
  );
  return rows.map(jobOf);
}

/** Cancels it if it runs: a step that is under way then writes nothing. */
export async function cancelJob(pool: Pool, accountId: string, id: string, shiftMs: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update dispatch.job set state = 'cancelled', reason = 'cancelled by hand', ended_at = ${NOW('$3')}
     where account_id = $1 and id = $2 and state = 'running'`,
    [accountId, id, shiftMs],
  );
  return rowCount === 1;
}

/** Forgets the jobs that ended long ago. */
export async function forgetEndedJobs(pool: Pool, shiftMs: number): Promise<void> {
  await pool.query(`delete from dispatch.job where ended_at < ${NOW('$1')} - interval '${KEEP_DAYS} days'`, [shiftMs]);
}
