import type { Pool } from 'pg';

/**
 * What waits behind others in its lane goes on waiting for them, and what is leased is under way already. Also the moment
 * before which the head of a lane must not begin is over.
 */
const HURRY = `
  update dispatch.pending set due_at = now() + $3::float8 * interval '1 millisecond', not_before = null
  where id = $1 and account_id = $2 and lease is null and due_at < 'infinity'
    and due_at > now() + $3::float8 * interval '1 millisecond'`;

/**
 * The next attempt of a pending delivery of the account is due now, instead of when its schedule says; its number and those
 * after it stay as they are. Nothing happens when it is due already, under way, or behind another one in its lane.
 */
export async function hurry(pool: Pool, accountId: string, deliveryId: string, shiftMs: number): Promise<void> {
  await pool.query(HURRY, [deliveryId, accountId, shiftMs]);
}
