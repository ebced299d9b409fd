import type { Pool } from 'pg';
import { byteaArray, int4Array, int8Array, timestampArray } from '../database/binary-array.js';
import type { IdentifiedEvent } from '../model/delivery.js';

/** So many events of each account and type are kept. */
export const RECENT = 500;
/** Data beyond this is not kept twice: such an event is listed, and not tried. */
const LARGEST_DATA = 32 * 1024;
const KEPT_DAYS = 7;

/** For whom an event is, and its type: filters are tried on the newest events of one such key. */
export interface RecentKey {
  /** Null: for every account. */
  recipient: string | null;
  type: string;
}

export interface RecentEvent {
  source: string;
  id: string;
  type: string;
  acceptedAt: Date;
  /** Null when it is too large to be kept for this. */
  data: Buffer | null;
}

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

const INSERT = `
  insert into dispatch.recent_event (recipient, type, accepted_at, partition, position, source, id, data)
  select * from unnest($1::bytea[], $2::bytea[], $3::timestamptz[], $4::int4[], $5::int8[], $6::bytea[], $7::bytea[], $8::bytea[])
  on conflict do nothing`;

/**
 * Of each key what lies beyond its newest {@link RECENT}. Where that begins is found first, once for each key: joined, a
 * plan made while the table was small looked for it once for each row. A batch was accepted in one moment: the place on the
 * stream tells its events apart. Another dispatcher may be deleting the same: that is no matter.
 */
const TRIM = `
  with first_over as materialized (
    select u.recipient, u.type, k.accepted_at, k.partition, k.position
    from unnest($1::bytea[], $2::bytea[]) as u(recipient, type) cross join lateral (
      select e.accepted_at, e.partition, e.position from dispatch.recent_event e
      where e.recipient = u.recipient and e.type = u.type
      order by e.accepted_at desc, e.partition desc, e.position desc offset $3 limit 1
    ) k
  )
  delete from dispatch.recent_event r using first_over f
  where r.recipient = f.recipient and r.type = f.type
    and (r.accepted_at, r.partition, r.position) <= (f.accepted_at, f.partition, f.position)`;

/** Adds events, each under its key, and drops what these keys have too many of. */
export async function writeRecent(
  pool: Pool,
  rows: readonly { key: RecentKey; event: IdentifiedEvent }[],
): Promise<void> {
  if (rows.length === 0) return;
  await pool.query({
    name: 'dispatch-insert-recent',
    text: INSERT,
    values: [
      byteaArray(rows.map(({ key }) => utf8(key.recipient ?? ''))),
      byteaArray(rows.map(({ key }) => utf8(key.type))),
      timestampArray(rows.map(({ event }) => Date.parse(event.stamp.acceptedAt))),
      int4Array(rows.map(({ event }) => event.partition)),
      int8Array(rows.map(({ event }) => event.position)),
      byteaArray(rows.map(({ event }) => utf8(event.attributes.source))),
      byteaArray(rows.map(({ event }) => utf8(event.attributes.id))),
      byteaArray(rows.map(({ event: { data } }) => (data.byteLength > LARGEST_DATA ? null : data))),
    ],
  });
  const keys = [...new Set(rows.map(({ key }) => key))];
  const values = [
    byteaArray(keys.map(({ recipient }) => utf8(recipient ?? ''))),
    byteaArray(keys.map(({ type }) => utf8(type))),
    RECENT,
  ];
  await pool.query({ name: 'dispatch-trim-recent', text: TRIM, values });
}

/** Along the primary key, key by key. */
const READ = `
  select r.source, r.id, r.type, r.accepted_at, r.data
  from unnest($1::bytea[]) as u(recipient) cross join unnest($2::bytea[]) as t(type)
    cross join lateral (
      select * from dispatch.recent_event e
      where e.recipient = u.recipient and e.type = t.type
      order by e.accepted_at desc, e.partition desc, e.position desc limit $3
    ) r
  order by r.accepted_at desc, r.partition desc, r.position desc limit $3`;

/** The newest events of these types that the account was among the recipients of, the newest first. */
export async function readRecent(
  pool: Pool,
  accountId: string,
  types: readonly string[],
  limit = RECENT,
): Promise<RecentEvent[]> {
  const { rows } = await pool.query<{
    source: Buffer;
    id: Buffer;
    type: Buffer;
    accepted_at: Date;
    data: Buffer | null;
  }>({
    name: 'dispatch-read-recent',
    text: READ,
    values: [byteaArray([utf8(accountId), utf8('')]), byteaArray(types.map(utf8)), limit],
  });
  return rows.map((row) => ({
    source: row.source.toString('utf8'),
    id: row.id.toString('utf8'),
    type: row.type.toString('utf8'),
    acceptedAt: row.accepted_at,
    data: row.data,
  }));
}

/** Drops what is too old to say anything about what comes. */
export async function dropOldRecent(pool: Pool, shiftMs: number): Promise<void> {
  await pool.query(
    `delete from dispatch.recent_event
     where accepted_at < now() + $1::float8 * interval '1 millisecond' - $2 * interval '1 day'`,
    [shiftMs, KEPT_DAYS],
  );
}
