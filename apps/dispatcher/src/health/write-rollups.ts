import type { ClientBase } from 'pg';
import { int4Array, textArray } from '../database/binary-array.js';
import { BUCKET_COLUMNS } from './latency-histogram.js';
import type { OutcomeCounts } from './outcome-counts.js';

const COUNTS = ['succeeded', 'failed', 'delivered', 'exhausted', 'cancelled'] as const;
const COLUMNS = [...COUNTS, ...BUCKET_COLUMNS];
const FIRST_COUNT = 4;

/**
 * Adds to the hour of recording. Rows are locked in the order of webhooks: dispatchers that record for the same ones wait,
 * and never for each other.
 */
const ADD_UP = `
  with added as (
    insert into dispatch.rollup as r (day, hour, touched_at, webhook_id, account_id, ${COLUMNS.join(', ')})
    select (hour at time zone 'utc')::date, hour, now() + $3::float8 * interval '1 millisecond', u.*
    from unnest($1::text[], $2::text[], ${COLUMNS.map((_, index) => `$${FIRST_COUNT + index}::int4[]`).join(', ')})
      as u(webhook_id, account_id, ${COLUMNS.join(', ')})
    cross join date_trunc('hour', now() + $3::float8 * interval '1 millisecond', 'utc') as hour
    order by u.webhook_id
    on conflict (webhook_id, hour, day) do update set touched_at = excluded.touched_at,
      ${COLUMNS.map((name) => `${name} = r.${name} + excluded.${name}`).join(', ')}
    returning webhook_id
  )
  select h.webhook_id from added join dispatch.webhook_health h on h.webhook_id = added.webhook_id`;

/**
 * Adds these counts up with those of the hour. Answers those of the webhooks that were failing. Last in its transaction
 * but for what has to follow from it: whoever records for the same webhook waits for the commit.
 *
 * @param shiftMs what the tests' clock is ahead of the database's.
 */
export async function addToRollups(
  client: ClientBase,
  counts: readonly OutcomeCounts[],
  shiftMs: number,
): Promise<ReadonlySet<string>> {
  if (counts.length === 0) return new Set();
  const { rows } = await client.query<{ webhook_id: string }>({
    name: 'dispatch-add-to-rollups',
    text: ADD_UP,
    values: [
      textArray(counts.map(({ webhookId }) => webhookId)),
      textArray(counts.map(({ accountId }) => accountId)),
      shiftMs,
      ...COUNTS.map((name) => int4Array(counts.map((each) => each[name]))),
      ...BUCKET_COLUMNS.map((_, bucket) => int4Array(counts.map(({ latencies }) => latencies[bucket] ?? 0))),
    ],
  });
  return new Set(rows.map((row) => row.webhook_id));
}
