import type { Pool } from 'pg';

/** A webhook that has pending rows; `due`: at least one of them is due. */
export interface WebhookWithRows {
  webhookId: string;
  accountId: string;
  due: boolean;
}

/**
 * Jumps along the index (webhook_id, due_at) from webhook to webhook, reading the earliest row of each: the cost is one
 * step per webhook, whatever the number of its rows.
 */
const NEXT_WEBHOOKS = `
  with recursive step as (
    (select p.webhook_id, p.account_id, p.due_at, 1 as number
     from dispatch.pending p where p.webhook_id > $1 order by p.webhook_id, p.due_at limit 1)
    union all
    select next.webhook_id, next.account_id, next.due_at, step.number + 1
    from step cross join lateral (
      select p.webhook_id, p.account_id, p.due_at
      from dispatch.pending p where p.webhook_id > step.webhook_id order by p.webhook_id, p.due_at limit 1
    ) next
    where step.number < $2
  )
  select webhook_id, account_id, due_at <= now() + $3::float8 * interval '1 millisecond' as due from step`;

/** The next `limit` webhooks with pending rows, in the order of their ids, after the given id ('' is before all). */
export async function webhooksWithRows(
  pool: Pool,
  after: string,
  limit: number,
  shiftMs: number,
): Promise<WebhookWithRows[]> {
  const { rows } = await pool.query<{ webhook_id: string; account_id: string; due: boolean }>({
    name: 'dispatch-webhooks-with-rows',
    text: NEXT_WEBHOOKS,
    values: [after, limit, shiftMs],
  });
  return rows.map((row) => ({ webhookId: row.webhook_id, accountId: row.account_id, due: row.due }));
}
