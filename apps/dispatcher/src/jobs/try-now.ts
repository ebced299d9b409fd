import type { Clock } from '@sluice/service-kit/clock';
import type { Pool } from 'pg';
import { mayBeHurried } from '../retry/hurry.js';
import type { Found, JobPart, JobSource, LeasedJob } from './job.js';

/** In the order of ids, each once: one that was tried and waits again is behind the cursor by then. */
const WAITING = `
  select id from dispatch.pending
  where webhook_id = $1 and account_id = $2 and created_at < $3::timestamptz and id > $4 and ${mayBeHurried('$5')}
  order by id limit $6`;

const COUNT = `
  select count(*)::int as count from dispatch.pending
  where webhook_id = any($1) and account_id = $2 and ${mayBeHurried('$3')}`;

/** How many deliveries of the account such a job has to look at, as of now. */
export async function countWaiting(
  pool: Pool,
  accountId: string,
  webhookIds: readonly string[],
  shiftMs: number,
): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(COUNT, [webhookIds, accountId, shiftMs]);
  return rows[0]!.count;
}

/** Deliveries that wait for their next attempt, and are to make it now. */
export class TryNow implements JobSource {
  constructor(private readonly parts: { pool: Pool; clock: Pick<Clock, 'shiftMs'> }) {}

  async next({ accountId, createdAt }: LeasedJob, { webhookId, cursor }: JobPart, room: number): Promise<Found> {
    const { pool, clock } = this.parts;
    const values = [webhookId, accountId, createdAt, (cursor as string | null) ?? '', clock.shiftMs, room];
    const { rows } = await pool.query<{ id: string }>(WAITING, values);
    const hurried = rows.map(({ id }) => id);
    return {
      deliveries: [],
      hurried,
      cursor: hurried.at(-1) ?? cursor,
      over: hurried.length < room,
      done: hurried.length,
      notPossible: 0,
      notes: [],
    };
  }
}
