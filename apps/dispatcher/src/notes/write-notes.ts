import type { ClientBase } from 'pg';
import { byteaArray, textArray } from '../database/binary-array.js';
import { contentOf, type Note, subjectOf } from './note.js';

const INSERT_NOTES = `
  insert into dispatch.registry_note (kind, account_id, subject, content, created_at)
  select u.kind, u.account_id, u.subject, u.content, now() + $5::float8 * interval '1 millisecond'
  from unnest($1::text[], $2::text[], $3::text[], $4::bytea[]) with ordinality as u(kind, account_id, subject, content, number)
  order by u.number`;

/** Notes in their order, part of the transaction that records what they are about. */
export async function insertNotes(client: ClientBase, notes: readonly Note[], shiftMs: number): Promise<void> {
  if (notes.length === 0) return;
  await client.query({
    name: 'dispatch-insert-notes',
    text: INSERT_NOTES,
    values: [
      textArray(notes.map(({ kind }) => kind)),
      textArray(notes.map(({ accountId }) => accountId)),
      textArray(notes.map(subjectOf)),
      byteaArray(notes.map(contentOf)),
      shiftMs,
    ],
  });
}
