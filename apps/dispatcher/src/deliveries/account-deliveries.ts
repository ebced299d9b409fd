import type { DeliveryState } from '@sluice/contracts/delivery-commands';
import type { Pool } from 'pg';
import {
  type DeliveryPage,
  type DeliveryQuestion,
  endedPage,
  FIRST_OWN,
  newestOf,
  pendingPage,
  readPage,
} from './read-deliveries.js';

/** No delivery is kept for longer: the days of their events are dropped by then (retention.ts). */
const KEPT_MS = 32 * 24 * 3_600_000;

interface BusyHour {
  webhook_id: string;
  /** ISO 8601: when the hour began. */
  began: string;
}

/**
 * In which hours which webhooks of the account had deliveries that ended so, the newest hours first and each hour whole. A
 * delivery that was sent again is counted in both of its hours, and is in one.
 */
const busyHours = (counted: string): string => `
  select webhook_id, to_char(hour at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as began from dispatch.rollup
  where account_id = $1 and ${counted}
    and hour >= date_trunc('hour', greatest($2::timestamptz, $3::timestamptz), 'utc')
    and ($4::timestamptz is null or hour <= $4) and ($5::timestamptz is null or hour < $5)
    and ($6::timestamptz is null or hour < $6)
  order by hour desc fetch first $7 rows with ties`;

/** Where less is written out than would do, it is the condition of an index: hours without failures are not read. */
const COUNTED: Record<Exclude<DeliveryState, 'pending'> | 'any', string> = {
  delivered: 'delivered > 0',
  exhausted: 'exhausted + cancelled > 0 and exhausted > 0',
  cancelled: 'exhausted + cancelled > 0 and cancelled > 0',
  any: 'delivered + exhausted + cancelled > 0',
};

const waiting = (parameter: number): string => `(
  select q.* from unnest($${parameter}::text[]) as w(webhook_id)
    cross join lateral (${pendingPage('p.webhook_id = w.webhook_id')}) q
  order by q.at desc, q.id desc limit $6)`;

const ended = (state: keyof typeof COUNTED): string => {
  const within = "d.webhook_id = b.webhook_id and d.ended_at >= b.hour and d.ended_at < b.hour + interval '1 hour'";
  return `(
  select q.* from unnest($${FIRST_OWN}::text[], $${FIRST_OWN + 1}::timestamptz[]) as b(webhook_id, hour)
    cross join lateral (${endedPage(within, state)}) q
  order by q.at desc, q.id desc limit $6)`;
};

/**
 * A page of all the account's deliveries. Those that have ended are found through the hourly counts, which say of which
 * webhooks there are any, and when; pending ones webhook by webhook.
 *
 * @param webhookIds of the account, those that were deleted aside: what is pending is theirs.
 */
export async function readAccountPage(
  pool: Pool,
  webhookIds: readonly string[],
  question: DeliveryQuestion,
  nowMs: number,
): Promise<DeliveryPage> {
  const { state, limit } = question;
  if (state === 'pending') return readPage(pool, waiting(FIRST_OWN), question, [webhookIds]);
  const rows = state === undefined ? newestOf(ended('any'), waiting(FIRST_OWN + 2)) : ended(state);
  const hours: BusyHour[] = [];
  for (let wanted = limit + 1; ; wanted *= 2) {
    const more = await readBusyHours(pool, question, { nowMs, after: hours.at(-1)?.began ?? null, wanted });
    hours.push(...more);
    const page = await readPage(pool, rows, question, [
      hours.map(({ webhook_id }) => webhook_id),
      hours.map(({ began }) => began),
      ...(state === undefined ? [webhookIds] : []),
    ]);
    if (page.next !== null || more.length < wanted) return page;
  }
}

async function readBusyHours(
  pool: Pool,
  { accountId, state, since, until, before }: DeliveryQuestion,
  { nowMs, after, wanted }: { nowMs: number; after: string | null; wanted: number },
): Promise<BusyHour[]> {
  if (state === 'pending') return [];
  const { rows } = await pool.query<BusyHour>(busyHours(COUNTED[state ?? 'any']), [
    accountId,
    since ?? '-infinity',
    new Date(nowMs - KEPT_MS),
    before === undefined || before.at === 'infinity' ? null : before.at,
    until ?? null,
    after,
    wanted,
  ]);
  return rows;
}
