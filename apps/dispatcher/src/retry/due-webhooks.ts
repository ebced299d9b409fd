import type { Pool } from 'pg';

/** A webhook that has rows: pending deliveries of events, or a ping. No webhook has both. */
export interface WebhookOfRows {
  webhookId: string;
  accountId: string;
  pings: boolean;
}

interface WebhookInTurn extends WebhookOfRows {
  /** At least one of its rows is due. */
  due: boolean;
}

/** Which end of the due rows to look at: those that are due the longest, or those that became due just now. */
export type DueEnd = 'oldest' | 'newest';

const ROWS = `(
    select webhook_id, account_id, due_at, false as pings from dispatch.pending
    union all
    select webhook_id, account_id, due_at, true as pings from dispatch.ping
  )`;

const dueWebhooksFrom = (end: DueEnd): string => `
  select webhook_id, account_id, pings, count(*)::int as rows
  from (
    select p.webhook_id, p.account_id, p.pings from ${ROWS} p
    where p.due_at <= now() + $2::float8 * interval '1 millisecond'
    order by p.due_at ${end === 'oldest' ? 'asc' : 'desc'}
    limit $1
  ) due
  group by webhook_id, account_id, pings`;

/**
 * The webhooks of so many due rows; `all` when no other row is due. The cost is one step per due row looked at, whatever
 * the number of rows that are not due.
 */
export async function dueWebhooks(
  pool: Pool,
  end: DueEnd,
  limit: number,
  shiftMs: number,
): Promise<{ webhooks: WebhookOfRows[]; all: boolean }> {
  const { rows } = await pool.query<{ webhook_id: string; account_id: string; pings: boolean; rows: number }>({
    name: `dispatch-due-webhooks-${end}`,
    text: dueWebhooksFrom(end),
    values: [limit, shiftMs],
  });
  const looked = rows.reduce((sum, row) => sum + row.rows, 0);
  return {
    webhooks: rows.map((row) => ({ webhookId: row.webhook_id, accountId: row.account_id, pings: row.pings })),
    all: looked < limit,
  };
}

/** The first webhook after the given one, with its earliest row. Each table is asked for one row, or a long backlog would be read. */
const nextAfter = (webhookId: string): string => `
    select first.* from (
      (select webhook_id, account_id, due_at, false as pings from dispatch.pending
       where webhook_id > ${webhookId} order by webhook_id, due_at limit 1)
      union all
      (select webhook_id, account_id, due_at, true as pings from dispatch.ping
       where webhook_id > ${webhookId} order by webhook_id limit 1)
    ) first
    order by first.webhook_id limit 1`;

/**
 * Jumps along the index (webhook_id, due_at), and that of pings, from webhook to webhook: the cost is one step per webhook,
 * whatever the number of its rows.
 */
const NEXT_WEBHOOKS = `
  with recursive step as (
    (select next.*, 1 as number from (${nextAfter('$1')}) next)
    union all
    select next.*, step.number + 1
    from step cross join lateral (${nextAfter('step.webhook_id')}) next
    where step.number < $2
  )
  select webhook_id, account_id, pings, due_at <= now() + $3::float8 * interval '1 millisecond' as due from step`;

/** The next `limit` webhooks with pending rows, in the order of their ids, after the given id ('' is before all). */
export async function webhooksWithRows(
  pool: Pool,
  after: string,
  limit: number,
  shiftMs: number,
): Promise<WebhookInTurn[]> {
  const { rows } = await pool.query<{ webhook_id: string; account_id: string; pings: boolean; due: boolean }>({
    name: 'dispatch-webhooks-with-rows',
    text: NEXT_WEBHOOKS,
    values: [after, limit, shiftMs],
  });
  return rows.map(({ webhook_id, account_id, pings, due }) => ({
    webhookId: webhook_id,
    accountId: account_id,
    pings,
    due,
  }));
}
