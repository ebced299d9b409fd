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
  select hour, succeeded, failed, delivered, exhausted, cancelled, array[${BUCKET_COLUMNS.join(', ')}] as latencies
  from dispatch.rollup
  where webhook_id = $1 and hour >= to_timestamp($2::float8) and hour < to_timestamp($3::float8)
    and day between (to_timestamp($2) at time zone 'utc')::date and (to_timestamp($3) at time zone 'utc')::date
  order by hour`;

/** The hours that begin within the range, as far as there is something of them. */
export async function readRollups(pool: Pool, webhookId: string, fromMs: number, toMs: number): Promise<HourCounts[]> {
  const { rows } = await pool.query<HourCounts>({
    name: 'dispatch-read-rollups',
    text: READ,
    values: [webhookId, fromMs / 1_000, toMs / 1_000],
  });
  return rows;
}
