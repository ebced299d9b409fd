import type { Pool } from 'pg';
import { ID, ORIGIN_PLACE } from './letter-columns.js';
import { SEEN, type Sight } from './sight.js';

/** What must be known of a dead letter to publish it again. */
export interface KeptLetter {
  id: string;
  accountId: string | null;
  sourceId: string | null;
  topic: string;
  partition: number;
  offset: bigint;
  timestampMs: number | null;
  cutFrom: number | null;
  isDropped: boolean;
  /** How often it was put back. */
  times: number;
  key: Buffer | null;
  headers: Buffer | null;
  data: Buffer | null;
}

interface Row {
  id: string;
  account_id: string | null;
  source_id: string | null;
  origin: string;
  origin_partition: number;
  origin_offset: string;
  origin_ms: string | null;
  cut_from: string | null;
  dropped_at: Date | null;
  put_back_times: number;
  key: Buffer | null;
  headers: Buffer | null;
  data: Buffer | null;
}

const whole = (text: string | null): number | null => (text === null ? null : Number(text));

const KEPT = `
  select ${ID} as id, d.account_id, d.source_id, d.origin, ${ORIGIN_PLACE}, d.origin_ms, d.cut_from, d.dropped_at,
    d.put_back_times, d.key, d.headers, d.data
  from dispatch.dead_letter d where ${ID} = any($3::text[]) and ${SEEN}
  order by d.at, d.partition, d.position`;

/** The dead letters of these ids that the caller sees, the oldest first. */
export async function readKeptLetters(
  pool: Pool,
  { accountId, nobodys }: Sight,
  ids: readonly string[],
): Promise<KeptLetter[]> {
  const { rows } = await pool.query<Row>(KEPT, [accountId, nobodys, ids]);
  return rows.map((row) => ({
    id: row.id,
    accountId: row.account_id,
    sourceId: row.source_id,
    topic: row.origin,
    partition: row.origin_partition,
    offset: BigInt(row.origin_offset),
    timestampMs: whole(row.origin_ms),
    cutFrom: whole(row.cut_from),
    isDropped: row.dropped_at !== null,
    times: row.put_back_times,
    key: row.key,
    headers: row.headers,
    data: row.data,
  }));
}
