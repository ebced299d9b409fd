import { type EventAttributes, type EventStamp, readEventHeaders } from '@sluice/contracts/event-record';
import type { Pool } from 'pg';
import { byteaArray, textArray } from './binary-array.js';

/** What is stored of an event that some webhook got: all that its deliveries need. */
export interface StoredBody {
  attributes: EventAttributes;
  stamp: EventStamp;
  data: Buffer;
}

/** An event's body is kept by the day of its acceptance (`YYYY-MM-DD`, UTC) and its identity. */
export interface BodyKey {
  day: string;
  identity: Buffer;
}

/** Sizes are known without reading the data, so what exceeds the limit is not read. The first one always is. */
const LOAD = `
  with wanted as (select d::date as day, i as identity from unnest($1::text[], $2::bytea[]) as u(d, i)),
  found as (
    select b.day, b.identity, b.headers, b.data
    from wanted w join dispatch.event_body b on b.identity = w.identity and b.day = w.day
    union all
    select k.day, k.identity, k.headers, k.data
    from wanted w join dispatch.kept_body k on k.identity = w.identity and k.day = w.day
  ),
  measured as (
    select *, sum(octet_length(data)) over running as bytes, row_number() over running as number
    from found window running as (rows unbounded preceding)
  )
  select to_char(day, 'YYYY-MM-DD') as day, identity, headers,
    case when bytes <= $3 or number = 1 then data end as data
  from measured`;

export const bodyKeyText = ({ day, identity }: BodyKey): string => `${day}/${identity.toString('base64url')}`;

/**
 * The bodies that are still stored, by {@link bodyKeyText}, up to `maxBytes` of data in all; those beyond are null.
 * Deliveries of one event share one.
 */
export async function loadBodies(
  pool: Pool,
  keys: readonly BodyKey[],
  maxBytes: number,
): Promise<Map<string, StoredBody | null>> {
  const wanted = [...new Map(keys.map((key) => [bodyKeyText(key), key])).values()];
  if (wanted.length === 0) return new Map();
  const { rows } = await pool.query<BodyKey & { headers: Buffer; data: Buffer | null }>({
    name: 'dispatch-load-bodies',
    text: LOAD,
    values: [textArray(wanted.map(({ day }) => day)), byteaArray(wanted.map(({ identity }) => identity)), maxBytes],
  });
  return new Map(rows.map((row) => [bodyKeyText(row), row.data === null ? null : storedBody(row.headers, row.data)]));
}

function storedBody(headers: Buffer, data: Buffer): StoredBody {
  const read = readEventHeaders(JSON.parse(headers.toString('utf8')));
  if (!read.ok) throw new Error(`stored headers of an event can't be read: ${read.reason}`);
  return { attributes: read.attributes, stamp: read.stamp, data };
}
