import type { DeliveryState, DeliverySummary } from '@sluice/contracts/delivery-commands';

/** Deliveries that are pending, in the columns that both kinds have. */
export const PENDING = `
  select p.id, p.webhook_id, 'pending' as state, p.reason, p.due_at as at, p.lease is null as waits,
    p.identity, p.partition, p.position, p.day
  from dispatch.pending p`;

/** And those that have ended. */
export const ENDED = `
  select d.id, d.webhook_id, d.state, d.reason, d.ended_at as at, false as waits, d.identity, d.partition, d.position, d.day
  from dispatch.delivery d`;

/** These rows with their events and last attempts, the newest first. */
export const shownRows = (rows: string): string => `
  select r.id, r.webhook_id, r.state, r.reason, r.waits, to_char(r.day, 'YYYY-MM-DD') as day,
    r.identity, r.partition, r.position,
    nullif(r.at, 'infinity') as at,
    case when r.at = 'infinity' then 'infinity' else to_char(r.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end as place,
    e.source, e.id as event_id, e.type, e.accepted_at, coalesce(a.number, 0) as attempts_made, a.status as last_status
  from (${rows}) r
  left join dispatch.event e
    on e.identity = r.identity and e.partition = r.partition and e.position = r.position and e.day = r.day
  left join lateral (
    select number, status from dispatch.attempt where delivery_id = r.id and day = r.day order by number desc limit 1
  ) a on true
  order by r.at desc, r.id desc`;

/** What {@link shownRows} selects. Texts that a producer chose come as bytes: they may hold a NUL. */
export interface DeliveryRow {
  id: string;
  webhook_id: string;
  state: DeliveryState;
  reason: string | null;
  waits: boolean;
  day: string;
  /** Null in rows of former versions. */
  identity: Buffer | null;
  partition: number;
  position: string;
  /** Null while it waits for another of its lane. */
  at: Date | null;
  place: string;
  source: Buffer | null;
  event_id: Buffer;
  type: Buffer;
  accepted_at: Date;
  attempts_made: number;
  last_status: number | null;
}

/** The delivery as it is shown, without its attempts; its event is null when no row of it is kept. */
export function summaryOf(row: DeliveryRow): DeliverySummary {
  const { id, webhook_id: webhookId, state, reason, waits, at, source, event_id, type, accepted_at } = row;
  const event =
    source === null
      ? null
      : {
          source: source.toString('utf8'),
          id: event_id.toString('utf8'),
          type: type.toString('utf8'),
          acceptedAt: accepted_at.toISOString(),
        };
  return {
    ...{ id, webhookId, state, reason, event },
    nextAttemptAt: waits ? (at?.toISOString() ?? null) : null,
    endedAt: state === 'pending' ? null : (at?.toISOString() ?? null),
    attemptsMade: row.attempts_made,
    lastStatus: row.last_status,
  };
}
