import type { ClientBase, Pool } from 'pg';

/**
 * Which pending rows wait for a moment that is still to come. What stands behind others in its lane goes on waiting for
 * them, and what is leased is under way already.
 *
 * @param shift place of the clock's shift among the statement's values
 */
export const mayBeHurried = (shift: string): string =>
  `lease is null and due_at < 'infinity' and due_at > now() + ${shift}::float8 * interval '1 millisecond'`;

/**
 * Also the moment before which the head of a lane must not begin is over. Locked in the order of ids: two jobs may be at the
 * same rows. No lane is locked: its head stays its head.
 */
const HURRY = `
  with waiting as materialized (
    select id from dispatch.pending
    where id = any($1) and account_id = $2 and ${mayBeHurried('$3')}
    order by id
    for update
  )
  update dispatch.pending p set due_at = now() + $3::float8 * interval '1 millisecond', not_before = null
  from waiting where p.id = waiting.id`;

/**
 * The next attempts of pending deliveries of the account are due now, instead of when their schedules say; their numbers and
 * those after them stay as they are. Nothing happens to those that are due already, under way, or behind others in their
 * lanes. Answers how many it were.
 */
export async function hurry(
  client: ClientBase | Pool,
  accountId: string,
  deliveryIds: readonly string[],
  shiftMs: number,
): Promise<number> {
  const { rowCount } = await client.query(HURRY, [deliveryIds, accountId, shiftMs]);
  return rowCount ?? 0;
}
