import type { Pool, PoolClient } from 'pg';
import { dayArray, textArray } from '../database/binary-array.js';
import { insertIntoLanes, type PendingRow } from '../record/write-deliveries.js';
import { insertBodies } from '../record/write-events.js';
import { advanceLanes, distinctLanes, laneOf, lockLanes } from '../record/write-lanes.js';
import { hurry } from '../retry/hurry.js';
import type { Found, LeasedJob, MadeDelivery, StepEnd } from './job.js';
import { endStep } from './job-leases.js';

/** Whether such a job sends again what has ended. */
const takesBack = ({ request }: LeasedJob): boolean =>
  request.kind === 'resend' || (request.kind === 'replay' && request.as === 'itself');

/** What ended since the job was made was sent meanwhile, by the job itself perhaps: once is enough. */
const TAKE_BACK = `
  delete from dispatch.delivery d using unnest($1::text[], $2::date[]) as u(id, day)
  where d.id = u.id and d.day = u.day and d.ended_at < $3::timestamptz`;

const rowOf = (delivery: MadeDelivery): PendingRow => ({
  delivery,
  attempt: delivery.attempt,
  dueInMs: 0,
  lease: null,
  reason: null,
  begins: true,
});

/**
 * One transaction: the deliveries become pending, or due if they are so already and that was found, those that had ended before no longer have, if the job is to send such
 * again, and the job's cursor is behind them. Answers false, and has written nothing, when the job is not ours any more. What
 * is pending already stays as it is.
 *
 * @param end what follows, once it is known how many rows were made, or made due.
 */
export async function writeStep(
  pool: Pool,
  job: LeasedJob,
  { deliveries, hurried = [] }: Pick<Found, 'deliveries' | 'hurried'>,
  end: (inserted: number) => StepEnd,
  shiftMs: number,
): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const made = await makePending(client, job, deliveries, shiftMs);
    const inserted = made + (hurried.length === 0 ? 0 : await hurry(client, job.accountId, hurried, shiftMs));
    const isOurs = await endStep(client, job, end(inserted), shiftMs);
    await client.query(isOurs ? 'commit' : 'rollback');
    client.release();
    return isOurs;
  } catch (error) {
    // Its transaction ends with the connection.
    client.release(true);
    throw error;
  }
}

async function makePending(
  client: PoolClient,
  job: LeasedJob,
  deliveries: readonly MadeDelivery[],
  shiftMs: number,
): Promise<number> {
  if (deliveries.length === 0) return 0;
  const lanes = distinctLanes(deliveries.flatMap((delivery) => laneOf(delivery) ?? []));
  await lockLanes(client, lanes);
  const ids = textArray(deliveries.map(({ id }) => id));
  const days = dayArray(deliveries.map(({ event }) => Date.parse(event.stamp.acceptedAt)));
  if (takesBack(job)) {
    await client.query({ name: 'dispatch-take-back', text: TAKE_BACK, values: [ids, days, job.createdAt] });
  }
  // A pending one may be ending at this moment: it is neither pending nor ended, as far as the insert can see.
  const inserted = await insertIntoLanes(client, deliveries.map(rowOf), { shiftMs, rewritten: true });
  await insertBodies(client, new Set(deliveries.map(({ event }) => event)));
  await advanceLanes(client, lanes, [], shiftMs);
  return inserted;
}
