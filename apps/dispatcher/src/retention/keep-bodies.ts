import type { ClientBase } from 'pg';

/**
 * Goes from the pending rows to the bodies: there are few of those, and very many of these. The event of what was made or
 * sent again by hand may be much older than that.
 */
const KEEP_BODIES = `
  insert into dispatch.kept_body (day, identity, partition, position, headers, data)
  select b.day, b.identity, b.partition, b.position, b.headers, b.data
  from (
    select distinct p.day, p.identity, p.partition, p.position
    from dispatch.pending p
    where coalesce(p.begun_at, p.accepted_at) < ($1::date + 1)::timestamp at time zone 'utc'
      or p.begun_at is not null and p.accepted_at < ($1::date + 1)::timestamp at time zone 'utc'
  ) needed
  join dispatch.event_body b on b.identity = needed.identity and b.partition = needed.partition
    and b.position = needed.position and b.day = needed.day
  on conflict do nothing`;

const DROP_KEPT = `
  delete from dispatch.kept_body k where not exists (
    select from dispatch.pending p
    where p.partition = k.partition and p.position = k.position and p.day = k.day and p.identity = k.identity
  )`;

/** Copies the bodies up to that day that pending deliveries still need to where time does not reach them. */
export async function keepBodies(client: ClientBase, upToDay: string): Promise<void> {
  await client.query(KEEP_BODIES, [upToDay]);
}

/** Kept bodies go when the last pending delivery that needed them has ended. */
export async function dropKeptBodies(client: ClientBase): Promise<void> {
  await client.query(DROP_KEPT);
}
