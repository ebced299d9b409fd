import type { Pool } from 'pg';
import { byteaArray, int4Array, int8Array, textArray, timestampArray } from '../database/binary-array.js';
import type { MadeDelivery } from './job.js';

/** Rows of events may be gone after that. */
const ROWS_KEPT_DAYS = 30;

/**
 * An event that was matched has a row at its very place. Without one the record was a duplicate, or became a dead letter;
 * unless it is so old that its row is gone.
 */
const KNOWN = `
  select u.number,
    (select coalesce(max(a.number), 0) from dispatch.attempt a where a.delivery_id = u.id and a.day = u.day) as attempts
  from unnest($1::bytea[], $2::int4[], $3::int8[], $4::timestamptz[], $5::text[]) with ordinality
      as w(identity, partition, position, accepted_at, id, number)
    cross join lateral (select w.*, (w.accepted_at at time zone 'utc')::date as day) u
  where u.accepted_at < now() + $6::float8 * interval '1 millisecond' - interval '${ROWS_KEPT_DAYS} days'
    or exists (
      select from dispatch.event e
      where e.identity = u.identity and e.partition = u.partition and e.position = u.position and e.day = u.day
    )
  order by u.number`;

/** The deliveries whose events stand where they were matched, each with the number of the attempt that comes next. */
export async function withKnownEvents(
  pool: Pool,
  deliveries: readonly MadeDelivery[],
  shiftMs: number,
): Promise<MadeDelivery[]> {
  if (deliveries.length === 0) return [];
  const events = deliveries.map(({ event }) => event);
  const { rows } = await pool.query<{ number: string; attempts: number }>({
    name: 'dispatch-known-events',
    text: KNOWN,
    values: [
      byteaArray(events.map(({ identity }) => identity)),
      int4Array(events.map(({ partition }) => partition)),
      int8Array(events.map(({ position }) => position)),
      timestampArray(events.map(({ stamp }) => Date.parse(stamp.acceptedAt))),
      textArray(deliveries.map(({ id }) => id)),
      shiftMs,
    ],
  });
  return rows.map(({ number, attempts }) => ({ ...deliveries[Number(number) - 1]!, attempt: attempts + 1 }));
}
