import type { Delivery, DeliveryPlace, DeliveryState, DeliverySummary } from '@sluice/contracts/delivery-commands';
import type { Pool } from 'pg';
import { readAttempts } from '../trail/read-trail.js';

/** What is asked for of one webhook's deliveries. */
export interface DeliveryQuestion {
  accountId: string;
  webhookId: string;
  state?: DeliveryState | undefined;
  /** ISO 8601 */
  since?: string | undefined;
  before?: DeliveryPlace | undefined;
  limit: number;
}

const PENDING = `
  select p.id, p.webhook_id, 'pending' as state, p.reason, p.due_at as at, p.lease is null as waits,
    p.identity, p.partition, p.position, p.day
  from dispatch.pending p`;

const ENDED = `
  select d.id, d.webhook_id, d.state, d.reason, d.ended_at as at, false as waits, d.identity, d.partition, d.position, d.day
  from dispatch.delivery d`;

/**
 * Of one webhook, the newest first, along the index; a row that is due later is newer than one that has ended. Those that
 * wait behind others in lanes are due at infinity, and come first of all.
 */
const page = (rows: string, at: string, id: string, condition = ''): string => `(${rows}
  where webhook_id = $1 and account_id = $2 and ${at} >= $3
    and ($4::timestamptz is null or (${at}, ${id}) < ($4::timestamptz, $5)) ${condition}
  order by ${at} desc, ${id} desc limit $6)`;

const PENDING_PAGE = page(PENDING, 'p.due_at', 'p.id');
/** Where the condition on the state is written out it is that of an index: delivered ones are not read. */
const endedPage = (condition: string): string => page(ENDED, 'd.ended_at', 'd.id', condition);

const PAGES: Record<DeliveryState | 'any', string> = {
  pending: PENDING_PAGE,
  delivered: endedPage("and d.state = 'delivered'"),
  exhausted: endedPage("and d.state <> 'delivered' and d.state = 'exhausted'"),
  cancelled: endedPage("and d.state <> 'delivered' and d.state = 'cancelled'"),
  any: `${PENDING_PAGE} union all ${endedPage('')} order by at desc, id desc limit $6`,
};

const withEvent = (rows: string): string => `
  select r.id, r.webhook_id, r.state, r.reason, r.waits, to_char(r.day, 'YYYY-MM-DD') as day,
    nullif(r.at, 'infinity') as at,
    case when r.at = 'infinity' then 'infinity' else to_char(r.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') end as place,
    e.source, e.id as event_id, e.type, e.accepted_at
  from (${rows}) r
  left join dispatch.event e
    on e.identity = r.identity and e.partition = r.partition and e.position = r.position and e.day = r.day
  order by r.at desc, r.id desc`;

interface Row {
  id: string;
  webhook_id: string;
  state: DeliveryState;
  reason: string | null;
  waits: boolean;
  day: string;
  /** Null while it waits for another of its lane. */
  at: Date | null;
  place: string;
  source: Buffer | null;
  event_id: Buffer;
  type: Buffer;
  accepted_at: Date;
}

function summaryOf(row: Row): DeliverySummary {
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
  };
}

/** A page of one webhook's deliveries, the newest first, and the place behind it if there are more. */
export async function readDeliveryPage(
  pool: Pool,
  { accountId, webhookId, state, since, before, limit }: DeliveryQuestion,
): Promise<{ deliveries: DeliverySummary[]; next: DeliveryPlace | null }> {
  const { rows } = await pool.query<Row>(withEvent(PAGES[state ?? 'any']), [
    webhookId,
    accountId,
    since ?? '-infinity',
    before?.at ?? null,
    before?.id ?? null,
    limit + 1,
  ]);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    deliveries: shown.map(summaryOf),
    next: rows.length > limit && last !== undefined ? { at: last.place, id: last.id } : null,
  };
}

const ONE = withEvent(`
  ${PENDING} where p.id = $1 and p.account_id = $2
  union all ${ENDED} where d.id = $1 and d.account_id = $2
  order by at desc limit 1`);

/** One delivery of the account with its attempts. */
export async function readDelivery(pool: Pool, accountId: string, id: string): Promise<Delivery | null> {
  const { rows } = await pool.query<Row>(ONE, [id, accountId]);
  const [row] = rows;
  if (row === undefined) return null;
  const attempts = await readAttempts(pool, [row]);
  return { ...summaryOf(row), attempts: attempts.get(id) ?? [] };
}
