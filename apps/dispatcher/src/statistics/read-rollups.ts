import type { Pool } from 'pg';
import { BUCKET_COLUMNS } from '../health/latency-histogram.js';

/** What was counted of a webhook in one hour. */
export interface HourCounts {
  hour: Date;
  succeeded: number;
  failed: number;
  delivered: number;
  exhausted: number;
  cancelled: number;
  /** Of all attempts: see latency-histogram.ts. */
  latencies: number[];
}

const READ = `
  select webhook_id, hour, succeeded, failed, delivered, exhausted, cancelled, array[${BUCKET_COLUMNS.join(', ')}] as latencies
  from dispatch.rollup
  where webhook_id = any($1) and hour >= to_timestamp($2::float8) and hour < to_timestamp($3::float8)
    and day between (to_timestamp($2) at time zone 'utc')::date and (to_timestamp($3) at time zone 'utc')::date
  order by hour`;

/** The hours that begin within the range, as far as there is something of them: one list for each of the webhooks. */
export async function readRollups(
  pool: Pool,
  webhookIds: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<Map<string, HourCounts[]>> {
  const { rows } = await pool.query<HourCounts & { webhook_id: string }>({
    name: 'dispatch-read-rollups',
    text: READ,
    values: [webhookIds, fromMs / 1_000, toMs / 1_000],
  });
  const hours = new Map<string, HourCounts[]>(webhookIds.map((id) => [id, []]));
  for (const row of rows) hours.get(row.webhook_id)?.push(row);
  return hours;
}
