import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../database/binary-array.js';

/** A note as it is stored: see note.ts. */
export interface StoredNote {
  id: bigint;
  kind: string;
  accountId: string;
  subject: string;
  content: Buffer;
}

interface NoteRow extends Omit<StoredNote, 'id' | 'accountId'> {
  id: string;
  account_id: string;
}

/** Notes beyond so many bytes wait for the next page; the first one always comes. */
const PAGE_BYTES = 4 * 1024 * 1024;

const PAGE = `
  select id, kind, account_id, subject, content
  from (
    select *, sum(octet_length(content)) over (order by id) as bytes, row_number() over (order by id) as nth
    from (select * from dispatch.registry_note where id > $1 order by id limit $2) oldest
  ) measured
  where bytes <= $3 or nth = 1
  order by id`;

/** The oldest notes behind `after`, in their order, at most `limit`; none when there are none. */
export async function readNotes(client: ClientBase, after: bigint, limit: number): Promise<StoredNote[]> {
  const { rows } = await client.query<NoteRow>(PAGE, [after.toString(), limit, PAGE_BYTES]);
  return rows.map(({ id, account_id, ...row }) => ({ ...row, id: BigInt(id), accountId: account_id }));
}

/** Drops notes that were told. */
export async function deleteNotes(client: ClientBase, ids: readonly bigint[]): Promise<void> {
  if (ids.length === 0) return;
  await client.query('delete from dispatch.registry_note where id = any($1::int8[])', [int8Array(ids)]);
}

/** Since how many milliseconds the oldest note waits; null when none does. */
export async function oldestNoteMs(pool: Pool, shiftMs: number): Promise<number | null> {
  const { rows } = await pool.query<{ waits: number }>(
    `select (extract(epoch from now() + $1::float8 * interval '1 millisecond' - created_at) * 1000)::float8 as waits
     from dispatch.registry_note order by id limit 1`,
    [shiftMs],
  );
  return rows[0]?.waits ?? null;
}
