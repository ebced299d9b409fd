import type { DeliveryAttempt } from '@sluice/contracts/delivery-commands';
import type { DeliveryTrail, EventTrail } from '@sluice/contracts/dispatcher-commands';
import { Audience } from '@sluice/contracts/event-record';
import type { Pool } from 'pg';

/** The small row that every matched event leaves. */
export interface EventRow {
  identity: Buffer;
  /** `YYYY-MM-DD` */
  day: string;
  partition: number;
  position: bigint;
  /** Of its publisher. */
  accountId: string;
  source: string;
  id: string;
  type: string;
  audience: Audience;
  acceptedAt: Date;
  /** How many webhooks it matched. */
  matched: number;
  /** Whether each of its deliveries is a row: before, those under way may have none. */
  settled: boolean;
}

/** A row of EVENT_COLUMNS. */
export interface StoredEvent extends Pick<EventRow, 'identity' | 'day' | 'partition' | 'matched' | 'settled'> {
  position: string;
  account: Buffer;
  source: Buffer;
  id: Buffer;
  type: Buffer;
  audience: Buffer;
  accepted_at: Date;
}

/** What comes by no partition of the stream is recorded at once with its deliveries. */
export const EVENT_COLUMNS = `
  identity, to_char(day, 'YYYY-MM-DD') as day, partition, position, account, source, id, type, audience, accepted_at, matched,
  not exists (
    select from dispatch.partition p
    where p.partition = event.partition and (p.position is null or p.position <= event.position)
  ) as settled`;

const EVENTS = `
  select ${EVENT_COLUMNS} from dispatch.event where identity = $1
  order by accepted_at desc, partition, position limit 20`;

/** Deliveries of an account, wherever a copy of the event stood when they were recorded. */
const DELIVERIES = `
  with place as (select * from unnest($1::text[], $2::int4[], $3::int8[]) as p(day, partition, position))
  select d.id, d.webhook_id, d.state, to_char(d.day, 'YYYY-MM-DD') as day, null::timestamptz as due_at
  from place join dispatch.delivery d
    on d.day = place.day::date and d.partition = place.partition and d.position = place.position
  where d.account_id = $4
  union
  select p.id, p.webhook_id, 'pending', to_char(p.day, 'YYYY-MM-DD'), case when p.lease is null and p.due_at < 'infinity' then p.due_at end
  from place join dispatch.pending p
    on p.partition = place.partition and p.position = place.position and p.day = place.day::date
  where p.account_id = $4 and p.identity = $5
  order by id`;

const ATTEMPTS = `
  select a.delivery_id, a.number, a.started_at, a.status, a.error, a.latency_ms, a.excerpt, a.response_headers
  from unnest($1::text[], $2::text[]) as d(id, day)
  join dispatch.attempt a on a.delivery_id = d.id and a.day = d.day::date
  order by a.delivery_id, a.number`;

/** The rows of an identity, the newest first: more than one when it was published again later, or by another key. */
export async function readEventRows(pool: Pool, identity: Buffer): Promise<EventRow[]> {
  return (await pool.query<StoredEvent>(EVENTS, [identity])).rows.map(eventRowOf);
}

export const eventRowOf = (row: StoredEvent): EventRow => ({
  identity: row.identity,
  day: row.day,
  partition: row.partition,
  position: BigInt(row.position),
  accountId: row.account.toString('utf8'),
  source: row.source.toString('utf8'),
  id: row.id.toString('utf8'),
  type: row.type.toString('utf8'),
  audience: Audience.parse(JSON.parse(row.audience.toString('utf8'))),
  acceptedAt: row.accepted_at,
  matched: row.matched,
  settled: row.settled,
});

/** What became of the event for the account's webhooks: one entry a delivery, with its attempts. */
export async function readDeliveries(
  pool: Pool,
  accountId: string,
  places: readonly [EventRow, ...EventRow[]],
): Promise<DeliveryTrail[]> {
  const { rows: deliveries } = await pool.query(DELIVERIES, [
    places.map(({ day }) => day),
    places.map(({ partition }) => partition),
    places.map(({ position }) => position.toString()),
    accountId,
    places[0].identity,
  ]);
  const attempts = await readAttempts(pool, deliveries);
  return deliveries.map(({ id, webhook_id, state, due_at }) => ({
    id,
    webhookId: webhook_id,
    state,
    attempts: attempts.get(id) ?? [],
    nextAttemptAt: due_at === null ? null : due_at.toISOString(),
  }));
}

/** The attempts of these deliveries, by their ids, in the order in which they were made. */
export async function readAttempts(
  pool: Pool,
  deliveries: readonly { id: string; day: string }[],
): Promise<Map<string, DeliveryAttempt[]>> {
  const { rows } = await pool.query(ATTEMPTS, [deliveries.map(({ id }) => id), deliveries.map(({ day }) => day)]);
  const attempts = new Map<string, DeliveryAttempt[]>(deliveries.map(({ id }) => [id, []]));
  for (const { delivery_id, number, started_at, status, error, latency_ms, excerpt, response_headers } of rows) {
    attempts.get(delivery_id)?.push({
      number,
      at: started_at.toISOString(),
      status,
      error,
      latencyMs: latency_ms,
      responseHeaders: response_headers === null ? null : JSON.parse(response_headers.toString('utf8')),
      responseExcerpt: excerpt.toString('utf8'),
    });
  }
  return attempts;
}

const PAYLOADS = `
  select p.webhook_id, array_agg(p.number order by p.number)::text[] as numbers
  from unnest($1::text[], $2::int4[], $3::int8[]) as place(day, partition, position)
  join dispatch.payload p on p.partition = place.partition and p.position = place.position and p.day = place.day::date
  group by p.webhook_id
  order by p.webhook_id`;

/** The payloads that the event left in the lists of webhooks, as far as they are kept. */
export async function readEventPayloads(pool: Pool, places: readonly EventRow[]): Promise<EventTrail['payloads']> {
  const { rows } = await pool.query<{ webhook_id: string; numbers: string[] }>(PAYLOADS, [
    places.map(({ day }) => day),
    places.map(({ partition }) => partition),
    places.map(({ position }) => position.toString()),
  ]);
  return rows.map(({ webhook_id, numbers }) => ({ webhookId: webhook_id, numbers: numbers.map(Number) }));
}

/** The position up to which each partition is settled. */
export async function readPositions(pool: Pool): Promise<Map<number, bigint>> {
  const { rows } = await pool.query<{ partition: number; position: string }>(
    'select partition, position from dispatch.partition where position is not null',
  );
  return new Map(rows.map(({ partition, position }) => [partition, BigInt(position)]));
}
