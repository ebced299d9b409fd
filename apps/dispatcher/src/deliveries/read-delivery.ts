import type { DeliveryAttempt, DeliverySummary } from '@sluice/contracts/delivery-commands';
import type { Pool } from 'pg';
import { readAttempts } from '../trail/read-trail.js';
import type { RecordedPlace } from '../trail/stored-events.js';
import { type DeliveryRow, ENDED, PENDING, shownRows, summaryOf } from './delivery-rows.js';

/** A delivery as it is recorded: who sees what is made of it knows the webhook, too. */
export interface RecordedDelivery extends DeliverySummary {
  attempts: DeliveryAttempt[];
  /** Where its event stood. */
  place: RecordedPlace;
}

const ONE = shownRows(`
  ${PENDING} where p.id = $1 and p.account_id = $2
  union all ${ENDED} where d.id = $1 and d.account_id = $2
  order by at desc limit 1`);

/** One delivery of the account with its attempts. */
export async function readDelivery(pool: Pool, accountId: string, id: string): Promise<RecordedDelivery | null> {
  const { rows } = await pool.query<DeliveryRow>(ONE, [id, accountId]);
  const [row] = rows;
  if (row === undefined) return null;
  const attempts = await readAttempts(pool, [row]);
  const { day, identity, partition, position } = row;
  const place = { day, identity, partition, position: BigInt(position) };
  return { ...summaryOf(row), attempts: attempts.get(id) ?? [], place };
}
