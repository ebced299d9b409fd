import { type EventAttributes, type EventStamp, readEventHeaders } from '@sluice/contracts/event-record';
import type { Pool } from 'pg';
import { byteaArray, int4Array, int8Array, textArray } from '../database/binary-array.js';

/** What is stored of an event that some webhook got: all that its deliveries need. */
export interface StoredBody {
  attributes: EventAttributes;
  stamp: EventStamp;
  data: Buffer;
}

/** Why a stored body can't be read: written by another version, or damaged. */
export interface UnreadableBody {
  unreadable: string;
}

/** An event's body is kept by the day of its acceptance (`YYYY-MM-DD`, UTC), its identity and its place in the stream. */
export interface BodyKey {
  day: string;
  identity: Buffer;
  partition: number;
  position: bigint;
}

/** Sizes are known without reading the data, so what exceeds the limit is not read. The first one always is. */
const LOAD = `
  with wanted as (
    select u.day::date as day, u.identity, u.partition, u.position
    from unnest($1::text[], $2::bytea[], $3::int4[], $4::int8[]) as u(day, identity, partition, position)
  ),
  found as (
    select b.* from wanted w join dispatch.event_body b
      on b.identity = w.identity and b.partition = w.partition and b.position = w.position and b.day = w.day
    union all
    select k.* from wanted w join dispatch.kept_body k
      on k.identity = w.identity and k.partition = w.partition and k.position = w.position and k.day = w.day
  ),
  measured as (
    select *, sum(octet_length(data)) over running as bytes, row_number() over running as number
    from found window running as (rows unbounded preceding)
  )
  select to_char(day, 'YYYY-MM-DD') as day, identity, partition, position, headers,
    case when bytes <= $5 or number = 1 then data end as data
  from measured`;

interface StoredRow extends Omit<BodyKey, 'position'> {
  position: string;
  headers: Buffer;
  data: Buffer | null;
}

/** The key as a text, to look bodies up by. */
export const bodyKeyText = ({ day, identity, partition, position }: BodyKey): string =>
  `${day}/${identity.toString('base64url')}/${partition}/${position}`;

/**
 * The bodies that are still stored, by {@link bodyKeyText}, up to `maxBytes` of data in all; those beyond are null.
 * Deliveries of one event share one. A body that can't be read is told from the others, which it does not concern.
 */
export async function loadBodies(
  pool: Pool,
  keys: readonly BodyKey[],
  maxBytes: number,
): Promise<Map<string, StoredBody | UnreadableBody | null>> {
  const wanted = [...new Map(keys.map((key) => [bodyKeyText(key), key])).values()];
  if (wanted.length === 0) return new Map();
  const { rows } = await pool.query<StoredRow>({
    name: 'dispatch-load-bodies',
    text: LOAD,
    values: [
      textArray(wanted.map(({ day }) => day)),
      byteaArray(wanted.map(({ identity }) => identity)),
      int4Array(wanted.map(({ partition }) => partition)),
      int8Array(wanted.map(({ position }) => position)),
      maxBytes,
    ],
  });
  return new Map(
    rows.map(({ headers, data, ...row }) => [
      bodyKeyText({ ...row, position: BigInt(row.position) }),
      data === null ? null : storedBody(headers, data),
    ]),
  );
}

function storedBody(headers: Buffer, data: Buffer): StoredBody | UnreadableBody {
  try {
    const read = readEventHeaders(JSON.parse(headers.toString('utf8')));
    return read.ok ? { attributes: read.attributes, stamp: read.stamp, data } : { unreadable: read.reason };
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}
