import type { Pool } from 'pg';

/** Of a webhook on a base its last ping. */
const LAST = `
  select u.webhook_id, greatest(
    (select ended_at from dispatch.delivery where webhook_id = u.webhook_id order by ended_at desc limit 1),
    (select completed_at from dispatch.ping_result where webhook_id = u.webhook_id)
  ) as at
  from unnest($1::text[]) as u(webhook_id)`;

/** When the newest delivery, or ping, of each webhook ended, by the webhooks' ids; null for those that have none. */
export async function readLastDeliveries(pool: Pool, webhookIds: readonly string[]): Promise<Map<string, Date | null>> {
  const { rows } = await pool.query<{ webhook_id: string; at: Date | null }>(LAST, [webhookIds]);
  return new Map(rows.map((row) => [row.webhook_id, row.at]));
}
