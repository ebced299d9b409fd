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

const LOAD = `
  with wanted as (select d::date as day, i as identity from unnest($1::text[], $2::bytea[]) as u(d, i))
  select to_char(b.day, 'YYYY-MM-DD') as day, b.identity, b.headers, b.data
  from wanted w join dispatch.event_body b on b.identity = w.identity and b.day = w.day
  union all
  select to_char(k.day, 'YYYY-MM-DD') as day, k.identity, k.headers, k.data
  from wanted w join dispatch.kept_body k on k.identity = w.identity and k.day = w.day`;

export const bodyKeyText = ({ day, identity }: BodyKey): string => `${day}/${identity.toString('base64url')}`;

/** The bodies that are still stored, by {@link bodyKeyText}. Deliveries of one event share one. */
export async function loadBodies(pool: Pool, keys: readonly BodyKey[]): Promise<Map<string, StoredBody>> {
  const wanted = [...new Map(keys.map((key) => [bodyKeyText(key), key])).values()];
  if (wanted.length === 0) return new Map();
  const { rows } = await pool.query<BodyKey & { headers: Buffer; data: Buffer }>({
    name: 'dispatch-load-bodies',
    text: LOAD,
    values: [textArray(wanted.map(({ day }) => day)), byteaArray(wanted.map(({ identity }) => identity))],
  });
  return new Map(
    rows.map((row) => {
      const read = readEventHeaders(JSON.parse(row.headers.toString('utf8')));
      if (!read.ok) throw new Error(`stored headers of an event can't be read: ${read.reason}`);
      return [bodyKeyText(row), { attributes: read.attributes, stamp: read.stamp, data: row.data }];
    }),
  );
}
