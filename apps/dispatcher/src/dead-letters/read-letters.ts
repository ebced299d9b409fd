import type {
  DeadLetter,
  DeadLetterFilter,
  DeadLetterPlace,
  DeadLetterState,
  DeadLetterSummary,
} from '@sluice/contracts/dead-letter-commands';
import type { Pool } from 'pg';
import { headersOf } from './kept-headers.js';
import { ID, ORIGIN_PLACE } from './letter-columns.js';
import { filterValues, inSight, letThrough, SEEN, type Sight } from './sight.js';

const MOMENT = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

const SUMMARY = `${ID} as id, d.account_id, d.reason, d.at, ${MOMENT('d.at')} as place, d.partition, d.position, d.source_id, d.origin,
  ${ORIGIN_PLACE}, d.origin_ms, d.cut_from, d.former_id, d.former_times, d.put_back_times, d.put_back_at,
  d.put_back_by, d.dropped_at, d.dropped_by, octet_length(d.data) as bytes`;

interface Row {
  id: string;
  account_id: string | null;
  reason: string;
  at: Date;
  place: string;
  partition: number;
  position: string;
  source_id: string | null;
  origin: string;
  origin_partition: number;
  origin_offset: string;
  origin_ms: string | null;
  cut_from: string | null;
  former_id: string | null;
  former_times: number | null;
  put_back_times: number;
  put_back_at: Date | null;
  put_back_by: string | null;
  dropped_at: Date | null;
  dropped_by: string | null;
  bytes: number | null;
}

const stateOf = (row: Row): DeadLetterState => {
  if (row.dropped_at !== null) return 'dropped';
  return row.put_back_at === null ? 'waiting' : 'put_back';
};

const whole = (text: string | null): number | null => (text === null ? null : Number(text));

/** Of what JavaScript has no date for, it is not known: who wrote it counted something else than milliseconds. */
const LAST_MOMENT_MS = 8.64e15;
const momentOf = (ms: number | null): string | null =>
  ms === null || ms > LAST_MOMENT_MS ? null : new Date(ms).toISOString();

function summaryOf(row: Row): DeadLetterSummary {
  const { put_back_at, put_back_times: times, put_back_by, dropped_at, dropped_by, former_id, former_times } = row;
  return {
    id: row.id,
    accountId: row.account_id,
    state: stateOf(row),
    reason: row.reason,
    at: row.at.toISOString(),
    origin: {
      sourceId: row.source_id,
      topic: row.origin,
      partition: row.origin_partition,
      offset: row.origin_offset,
      at: momentOf(whole(row.origin_ms)),
    },
    bytes: row.bytes,
    cutFrom: whole(row.cut_from),
    putBack: put_back_at === null ? null : { times, at: put_back_at.toISOString(), by: put_back_by ?? '' },
    dropped: dropped_at === null ? null : { at: dropped_at.toISOString(), by: dropped_by ?? '' },
    former: former_id === null ? null : { id: former_id, times: former_times ?? 0 },
  };
}

const BEHIND = '($8::timestamptz is null or (d.at, d.partition, d.position) < ($8, $9::int4, $10::int8))';
const NEWEST = 'order by d.at desc, d.partition desc, d.position desc limit $11';

/** A page of dead letters, the newest first, and the place behind it if there are more. */
export async function readLetterPage(
  pool: Pool,
  sight: Sight,
  { filter, before, limit }: { filter: DeadLetterFilter; before?: DeadLetterPlace | undefined; limit: number },
): Promise<{ deadLetters: DeadLetterSummary[]; next: DeadLetterPlace | null }> {
  const page = inSight(SUMMARY, `${letThrough(filter.state)} and ${BEHIND}`, NEWEST);
  const { rows } = await pool.query<Row>(page, [
    ...filterValues(sight, filter),
    before?.at ?? null,
    before?.partition ?? null,
    before?.position ?? null,
    limit + 1,
  ]);
  const last = rows[limit - 1];
  return {
    deadLetters: rows.slice(0, limit).map(summaryOf),
    next: rows.length > limit && last ? { at: last.place, partition: last.partition, position: last.position } : null,
  };
}

const ONE = `
  select ${SUMMARY}, d.key, d.headers, d.data,
    (select ${ID} from dispatch.dead_letter d where d.former_id = $3 order by d.at desc, d.former_times desc limit 1) as came_back_as
  from dispatch.dead_letter d where ${ID} = $3 and ${SEEN}`;

interface WholeRow extends Row {
  key: Buffer | null;
  headers: Buffer | null;
  data: Buffer | null;
  came_back_as: string | null;
}

/** One dead letter with all that is kept of its record. */
export async function readLetter(pool: Pool, { accountId, nobodys }: Sight, id: string): Promise<DeadLetter | null> {
  const { rows } = await pool.query<WholeRow>(ONE, [accountId, nobodys, id]);
  const [row] = rows;
  if (row === undefined) return null;
  const base64 = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString('base64');
  return {
    ...summaryOf(row),
    key: base64(row.key),
    headers: headersOf(row.headers).map(([name, value]) => ({ name, value: base64(value) })),
    value: base64(row.data),
    cameBackAs: row.came_back_as,
  };
}
