import type { ClientBase } from 'pg';
import { byteaArray, dayArray, int4Array, int8Array, textArray } from '../database/binary-array.js';
import type { WebhookPayloads } from './base-change.js';

/** What one event adds to one webhook's list. */
export interface ListEntry extends WebhookPayloads {
  partition: number;
  position: bigint;
  acceptedAtMs: number;
}

const BEGIN_LISTS = `
  insert into dispatch.payload_list (webhook_id, last_number, last_position, closed)
  select webhook_id, 0, -1, false from unnest($1::text[]) as u(webhook_id)
  where not exists (select from dispatch.payload_list l where l.webhook_id = u.webhook_id)
  order by webhook_id
  on conflict do nothing`;

/**
 * A list takes what comes from behind its last position, up to and with the first payload that closes it. Whatever is
 * written again, or comes after the error payload, finds no place.
 */
const INSERT_PAYLOADS = `
  with incoming as materialized (
    select * from unnest($1::text[], $2::int4[], $3::int8[], $4::int4[], $5::int4[], $6::date[], $7::bytea[])
      as u(webhook_id, partition, position, ordinal, closes, day, payload)
  ),
  lists as materialized (
    select l.webhook_id, l.last_number, l.last_position from dispatch.payload_list l
    where l.webhook_id in (select webhook_id from incoming) and not l.closed
    order by l.webhook_id
    for update
  ),
  new as materialized (
    select i.*, l.last_number, min(i.position) filter (where i.closes > 0) over (partition by i.webhook_id) as closed_at
    from incoming i join lists l on l.webhook_id = i.webhook_id and i.position > l.last_position
  ),
  numbered as materialized (
    select *, last_number + row_number() over (partition by webhook_id order by position, ordinal) as number
    from new where closed_at is null or position <= closed_at
  ),
  inserted as (
    insert into dispatch.payload (day, webhook_id, number, partition, position, payload)
    select day, webhook_id, number, partition, position, payload from numbered
  ),
  advanced as (
    select webhook_id, max(number) as number, max(position) as position, max(closes) > 0 as closed, count(*) as payloads
    from numbered group by webhook_id
  ),
  moved as (
    update dispatch.payload_list l set last_number = a.number, last_position = a.position, closed = a.closed
    from advanced a where l.webhook_id = a.webhook_id and l.last_position < a.position
  )
  select webhook_id, payloads::int4 as payloads from advanced`;

/**
 * Appends to the lists: numbers go on from each list's last one, in the order of the events. Answers the webhooks that got
 * payloads, with their numbers of payloads. Part of a transaction that holds the events' partitions.
 */
export async function insertPayloads(client: ClientBase, entries: readonly ListEntry[]): Promise<Map<string, number>> {
  if (entries.length === 0) return new Map();
  await client.query({
    name: 'dispatch-begin-lists',
    text: BEGIN_LISTS,
    values: [textArray([...new Set(entries.map(({ webhookId }) => webhookId))])],
  });
  const rows = entries.flatMap(({ payloads, closes, ...entry }) =>
    payloads.map((payload, ordinal) => ({
      ...entry,
      payload,
      ordinal,
      closes: closes && ordinal === payloads.length - 1,
    })),
  );
  const inserted = await client.query<{ webhook_id: string; payloads: number }>({
    name: 'dispatch-insert-payloads',
    text: INSERT_PAYLOADS,
    values: [
      textArray(rows.map(({ webhookId }) => webhookId)),
      int4Array(rows.map(({ partition }) => partition)),
      int8Array(rows.map(({ position }) => position)),
      int4Array(rows.map(({ ordinal }) => ordinal)),
      int4Array(rows.map(({ closes }) => (closes ? 1 : 0))),
      dayArray(rows.map(({ acceptedAtMs }) => acceptedAtMs)),
      byteaArray(rows.map(({ payload }) => payload)),
    ],
  });
  return new Map(inserted.rows.map(({ webhook_id, payloads }) => [webhook_id, payloads]));
}
