import type { ClientBase } from 'pg';
import { byteaArray, textArray } from '../database/binary-array.js';
import type { EventDelivery } from '../model/delivery.js';
import { LEASE_MS } from '../model/lease.js';
import type { OutcomeFact } from './fact.js';

/** A lane by its name. */
export interface LaneName {
  webhookId: string;
  lane: Buffer;
}

/** In one order, whoever locks several. */
const LOCK = `
  insert into dispatch.lane (webhook_id, lane)
  select u.webhook_id, u.lane from unnest($1::text[], $2::bytea[]) as u(webhook_id, lane)
  order by u.webhook_id, u.lane
  on conflict (webhook_id, lane) do update set lane = excluded.lane where false`;

const HOLD = `
  select p.webhook_id, p.lane, p.lease
  from unnest($1::text[], $2::bytea[], $3::text[]) as u(webhook_id, lane, lease)
  join dispatch.pending p on p.webhook_id = u.webhook_id and p.lane = u.lane and p.lease = u.lease
  where p.due_at < 'infinity'
  for update of p`;

/**
 * Where no row is due any more the first one is: for anybody, in its place by its age, or still under the lease. One that is
 * due under a lease which was let go of is for anybody, too.
 */
const ADVANCE = `
  with touched as (
    select * from unnest($1::text[], $2::bytea[], $3::text[], $4::text[]) as u(webhook_id, lane, kept, let_go)
  ),
  emptied as (
    delete from dispatch.lane l using touched t
    where l.webhook_id = t.webhook_id and l.lane = t.lane
      and not exists (select from dispatch.pending p where p.webhook_id = t.webhook_id and p.lane = t.lane)
  )
  update dispatch.pending p
  set lease = head.kept,
    due_at = case when head.kept is null
        then coalesce(p.not_before, least(coalesce(p.begun_at, p.accepted_at), now() + $5::float8 * interval '1 millisecond'))
      else now() + ($5::float8 + $6::float8) * interval '1 millisecond' end
  from (
    select coalesce(due.id, first.id) as id, t.kept, t.let_go
    from touched t
    left join lateral (
      select p.id, p.lease from dispatch.pending p
      where p.webhook_id = t.webhook_id and p.lane = t.lane and p.due_at < 'infinity'
      limit 1
    ) due on true
    cross join lateral (
      select p.id from dispatch.pending p
      where p.webhook_id = t.webhook_id and p.lane = t.lane
      order by p.partition, p.position
      limit 1
    ) first
    where due.id is null or due.lease = t.let_go
  ) head
  where p.id = head.id and (p.due_at = 'infinity' or p.lease = head.let_go)
  returning head.kept is null and p.due_at <= now() + $5::float8 * interval '1 millisecond' as is_due`;

const keyOf = ({ webhookId, lane }: LaneName): string => `${webhookId}/${lane.toString('base64url')}`;

/** The lane that the delivery stands in. */
export const laneOf = ({ webhookId, lane }: Pick<EventDelivery, 'webhookId' | 'lane'>): LaneName | null =>
  lane === null ? null : { webhookId, lane: lane.id };

/** Each once. */
export const distinctLanes = (lanes: readonly LaneName[]): LaneName[] => [
  ...new Map(lanes.map((lane) => [keyOf(lane), lane])).values(),
];

/**
 * Locks these lanes, each named once, until the transaction ends; those that have no rows are made for it. Call it before
 * any row of them is added, changed or deleted, and {@link advanceLanes} after.
 */
export async function lockLanes(client: ClientBase, lanes: readonly LaneName[]): Promise<void> {
  if (lanes.length === 0) return;
  const values = [textArray(lanes.map(({ webhookId }) => webhookId)), byteaArray(lanes.map(({ lane }) => lane))];
  await client.query({ name: 'dispatch-lock-lanes', text: LOCK, values });
}

/**
 * Answers those of the deliveries in locked lanes whose lane is under their lease: its head is, which holds for those behind
 * it, too. From now on nobody can claim it, even if the lease has just run out.
 */
export async function holdLanes(
  client: ClientBase,
  deliveries: readonly EventDelivery[],
): Promise<ReadonlySet<EventDelivery>> {
  const leases = new Map<string, { lane: LaneName; lease: string; deliveries: EventDelivery[] }>();
  for (const delivery of deliveries) {
    const lane = laneOf(delivery);
    if (lane === null || delivery.origin.kind !== 'pending') continue;
    const { lease } = delivery.origin;
    const same = leases.get(`${lease} ${keyOf(lane)}`);
    if (same === undefined) leases.set(`${lease} ${keyOf(lane)}`, { lane, lease, deliveries: [delivery] });
    else same.deliveries.push(delivery);
  }
  if (leases.size === 0) return new Set();
  const asked = [...leases.values()];
  const { rows } = await client.query<{ webhook_id: string; lane: Buffer; lease: string }>({
    name: 'dispatch-hold-lanes',
    text: HOLD,
    values: [
      textArray(asked.map(({ lane }) => lane.webhookId)),
      byteaArray(asked.map(({ lane }) => lane.lane)),
      textArray(asked.map(({ lease }) => lease)),
    ],
  });
  const held = new Set(rows.map(({ webhook_id: webhookId, lane, lease }) => `${lease} ${keyOf({ webhookId, lane })}`));
  return new Set(asked.flatMap(({ lane, lease, deliveries: own }) => (held.has(`${lease} ${keyOf(lane)}`) ? own : [])));
}

/**
 * Brings the locked lanes in order: each has one row that is due, mostly its first, or is gone. Answers whether some became
 * due for anybody.
 *
 * @param settled what was settled under leases, in the order in which it was: the last of each lane says whether the lane is kept.
 */
export async function advanceLanes(
  client: ClientBase,
  lanes: readonly LaneName[],
  settled: readonly OutcomeFact[],
  shiftMs: number,
): Promise<boolean> {
  if (lanes.length === 0) return false;
  const last = new Map<string, { lease: string; kept: boolean }>();
  for (const { delivery, keepsLane } of settled) {
    const lane = laneOf(delivery);
    if (lane === null || delivery.origin.kind !== 'pending') continue;
    last.set(keyOf(lane), { lease: delivery.origin.lease, kept: keepsLane });
  }
  const leases = lanes.map((lane) => last.get(keyOf(lane)));
  const { rows } = await client.query<{ is_due: boolean }>({
    name: 'dispatch-advance-lanes',
    text: ADVANCE,
    values: [
      textArray(lanes.map(({ webhookId }) => webhookId)),
      byteaArray(lanes.map(({ lane }) => lane)),
      textArray(leases.map((lease) => (lease?.kept === true ? lease.lease : null))),
      textArray(leases.map((lease) => (lease?.kept === false ? lease.lease : null))),
      shiftMs,
      LEASE_MS,
    ],
  });
  return rows.some((row) => row.is_due);
}
