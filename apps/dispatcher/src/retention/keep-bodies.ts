import type { ClientBase } from 'pg';

/** Goes from the pending rows to the bodies: there are few of those, and very many of these. */
const KEEP_BODIES = `
  insert into dispatch.kept_body (day, identity, headers, data)
  select b.day, b.identity, b.headers, b.data
  from (select distinct p.day, p.identity from dispatch.pending p where p.day <= $1::date) needed
  join dispatch.event_body b on b.identity = needed.identity and b.day = needed.day
  where not exists (select from dispatch.kept_body k where k.identity = needed.identity and k.day = needed.day)
  on conflict do nothing`;

/** Copies the bodies up to that day that pending deliveries still need to where time does not reach them. */
export async function keepBodies(client: ClientBase, upToDay: string): Promise<void> {
  await client.query(KEEP_BODIES, [upToDay]);
}

/** Kept bodies go when the last pending delivery that needed them has ended. */
export async function dropKeptBodies(client: ClientBase): Promise<void> {
  await client.query(
    `delete from dispatch.kept_body k
     where not exists (select from dispatch.pending p where p.day = k.day and p.identity = k.identity)`,
  );
}
