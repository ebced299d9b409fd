import type { Pool } from 'pg';
import { ID } from './letter-columns.js';
import { SEEN, type Sight } from './sight.js';

/** Who did something, and from which address, where that is known. */
export interface Doer {
  keyId: string;
  from: string | undefined;
}

const NOW = (shift: string) => `now() + ${shift}::float8 * interval '1 millisecond'`;

const MARK_PUT_BACK = `
  update dispatch.dead_letter d
  set put_back_times = u.times, put_back_at = ${NOW('$3')}, put_back_by = $4, put_back_from = $5
  from unnest($1::text[], $2::int4[]) as u(id, times)
  where ${ID} = u.id and d.put_back_times = u.times - 1`;

/** These were put back for that time. Two who did it at once did it once. */
export async function markPutBack(
  pool: Pool,
  letters: readonly { id: string; times: number }[],
  { keyId, from }: Doer,
  shiftMs: number,
): Promise<void> {
  if (letters.length === 0) return;
  await pool.query(MARK_PUT_BACK, [
    letters.map(({ id }) => id),
    letters.map(({ times }) => times),
    shiftMs,
    keyId,
    from ?? null,
  ]);
}

const DROP = `
  update dispatch.dead_letter d
  set dropped_at = ${NOW('$4')}, dropped_by = $5, dropped_from = $6, key = null, headers = null, data = null
  where ${ID} = any($3::text[]) and ${SEEN} and d.dropped_at is null`;

/** Forgets the records of these; the rows stay, so that a record that comes once more is known. */
export async function dropLetters(
  pool: Pool,
  { accountId, nobodys }: Sight,
  ids: readonly string[],
  { keyId, from }: Doer,
  shiftMs: number,
): Promise<void> {
  if (ids.length > 0) await pool.query(DROP, [accountId, nobodys, ids, shiftMs, keyId, from ?? null]);
}

/** Finished deliveries are kept as long. */
const KEEP_DAYS = 30;

/** So many go at once: a month of a source that could not be read is too much for one statement. */
const FORGOTTEN_AT_ONCE = 1_000;

const FORGET = `
  delete from dispatch.dead_letter where (partition, position) in (
    select partition, position from dispatch.dead_letter
    where at < ${NOW('$1')} - interval '${KEEP_DAYS} days' order by at limit ${FORGOTTEN_AT_ONCE})`;

/** Forgets dead letters that were recorded long ago, whatever became of them. */
export async function forgetOldLetters(pool: Pool, shiftMs: number): Promise<void> {
  let forgotten: number;
  do {
    forgotten = (await pool.query(FORGET, [shiftMs])).rowCount ?? 0;
  } while (forgotten === FORGOTTEN_AT_ONCE);
}
