import type { ClientBase, Pool } from 'pg';
import { byteaArray, dayArray, float8Array, int4Array, int8Array, textArray } from '../database/binary-array.js';
import type { OperationalEvent } from './operational-event.js';

/** Parameters $1 to $11 are {@link operationalValues}. */
export const INSERT_OPERATIONAL = `
  insert into dispatch.operational_event
    (type, webhook_id, account_id, event_id, at, details, identity, partition, position, day)
  select u.type, u.webhook_id, u.account_id, u.event_id,
    coalesce(to_timestamp(u.at / 1000), now() + $11::float8 * interval '1 millisecond'),
    u.details, u.identity, u.partition, u.position, u.day
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::bytea[], $7::bytea[], $8::int4[],
    $9::int8[], $10::date[])
    as u(type, webhook_id, account_id, event_id, at, details, identity, partition, position, day)
  order by u.webhook_id, u.event_id
  on conflict (webhook_id, event_id) do nothing`;

/**
 * The parameters $1 to $11 of {@link INSERT_OPERATIONAL}.
 *
 * @param shiftMs what tests add to the database's clock.
 */
export const operationalValues = (events: readonly OperationalEvent[], shiftMs: number): unknown[] => [
  textArray(events.map(({ type }) => type)),
  textArray(events.map(({ webhookId }) => webhookId)),
  textArray(events.map(({ accountId }) => accountId)),
  textArray(events.map(({ eventId }) => eventId)),
  float8Array(events.map(({ atMs }) => atMs)),
  byteaArray(events.map(({ details }) => Buffer.from(JSON.stringify(details), 'utf8'))),
  byteaArray(events.map(({ delivered }) => delivered?.identity ?? null)),
  int4Array(events.map(({ delivered }) => delivered?.partition ?? null)),
  int8Array(events.map(({ delivered }) => delivered?.position ?? null)),
  dayArray(events.map(({ delivered }) => delivered?.acceptedAtMs ?? null)),
  shiftMs,
];

/** Writes what is to be told; those that were written before are left as they are. */
export async function insertOperational(
  client: ClientBase | Pool,
  events: readonly OperationalEvent[],
  shiftMs: number,
): Promise<void> {
  if (events.length === 0) return;
  await client.query({
    name: 'dispatch-insert-operational',
    text: INSERT_OPERATIONAL,
    values: operationalValues(events, shiftMs),
  });
}
