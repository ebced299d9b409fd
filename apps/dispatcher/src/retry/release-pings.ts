/**
 * The statement that gives waiting or leased pings back: they are due at once, for whatever dispatcher. Recording transactions
 * wait for these rows, so they are locked in the order in which those lock them.
 *
 * @param which the rows: what follows `from dispatch.ping p`.
 * @param shift the parameter that holds what the tests' clock is ahead of the database's, in milliseconds.
 */
export const releasePingsSql = (which: string, shift: '$2' | '$3'): string => `
  update dispatch.ping p set lease = null, due_at = ${nowAt(shift)}
  from (select p.webhook_id from dispatch.ping p ${which} order by p.webhook_id for update of p) released
  where p.webhook_id = released.webhook_id`;

/** Those that are leased: they are due within a lease's length, which is the parameter `$3`. */
export const LEASED = `p.due_at > ${nowAt('$2')} and p.due_at <= ${nowAt('$2')} + $3::float8 * interval '1 millisecond'`;

function nowAt(shift: string): string {
  return `now() + ${shift}::float8 * interval '1 millisecond'`;
}
