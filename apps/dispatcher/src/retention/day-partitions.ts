import type { ClientBase } from 'pg';

/** The tables that are partitioned by day: that of an event's acceptance, of a roll-up that of its hour. */
export type DailyTable = 'event' | 'event_body' | 'delivery' | 'attempt' | 'payload' | 'rollup';

export const DAILY_TABLES: readonly DailyTable[] = ['event', 'event_body', 'delivery', 'attempt', 'payload', 'rollup'];

/** The UTC day, `YYYY-MM-DD`, that lies so many days after the given moment. */
export const dayAfter = (nowMs: number, days: number): string =>
  new Date(nowMs + days * 86_400_000).toISOString().slice(0, 10);

const partitionOf = (table: DailyTable, day: string): string => `${table}_${day.replaceAll('-', '')}`;

/** The days that have a partition of their own, oldest first. */
export async function existingDays(client: ClientBase, table: DailyTable): Promise<string[]> {
  const { rows } = await client.query<{ relname: string }>(
    `select c.relname from pg_inherits i
     join pg_class c on c.oid = i.inhrelid
     where i.inhparent = format('dispatch.%I', $1::text)::regclass and c.relname ~ '_[0-9]{8}$'
     order by c.relname`,
    [table],
  );
  return rows.map(({ relname }) => relname.slice(-8).replace(/(....)(..)(..)/, '$1-$2-$3'));
}

/** More rows of one day in the default partition are not moved: nobody could write while that lasts. */
const MOST_MOVED = 10_000;

/** Whether the day's rows have gone to the default partition for so long that they are better left there. */
export async function staysInDefault(client: ClientBase, table: DailyTable, day: string): Promise<boolean> {
  const { rowCount } = await client.query(`select from dispatch.${table}_default where day = $1::date limit $2`, [
    day,
    MOST_MOVED + 1,
  ]);
  return rowCount !== null && rowCount > MOST_MOVED;
}

/**
 * Gives a day a partition of its own. Rows of that day that already came and fell into the default partition move into
 * it: PostgreSQL refuses to attach a partition while the default one holds its rows. Call it inside a transaction, in
 * which it takes the table for itself: see {@link lockTable}.
 */
export async function createDay(client: ClientBase, table: DailyTable, day: string): Promise<void> {
  const partition = partitionOf(table, day);
  await client.query(`create table dispatch.${partition} (like dispatch.${table} including all)`);
  await lockTable(client, table);
  await client.query(`lock table only dispatch.${table}_default in access exclusive mode nowait`);
  await client.query(
    `with moved as (delete from dispatch.${table}_default where day = $1::date returning *)
     insert into dispatch.${partition} select * from moved`,
    [day],
  );
  await client.query(
    `alter table dispatch.${table} attach partition dispatch.${partition}
     for values from ('${day}') to ('${dayAfter(Date.parse(day), 1)}')`,
  );
}

/**
 * Keeps everybody from the table until the transaction ends, and waits for those who are at it: call it while holding no
 * lock that others want, with a short `lock_timeout`, as everybody else waits behind it. Once it has the table, everything
 * that is taken beside it must be taken without waiting.
 */
export async function lockTable(client: ClientBase, table: DailyTable): Promise<void> {
  await client.query(`lock table only dispatch.${table} in access exclusive mode`);
}

/** The same, but for those who only read. */
export async function lockAgainstWriters(client: ClientBase, table: DailyTable): Promise<void> {
  await client.query(`lock table only dispatch.${table} in share row exclusive mode`);
}

/** Drops a day with all its rows. The table must be locked. */
export async function dropDay(client: ClientBase, table: DailyTable, day: string): Promise<void> {
  await client.query(`lock table only dispatch.${partitionOf(table, day)} in access exclusive mode nowait`);
  await client.query(`drop table dispatch.${partitionOf(table, day)}`);
}

/** Whether there are rows up to that day that came when their day had no partition (any more). */
export async function hasLate(client: ClientBase, table: DailyTable, upToDay: string): Promise<boolean> {
  const { rowCount } = await client.query(`select from dispatch.${table}_default where day <= $1::date limit 1`, [
    upToDay,
  ]);
  return rowCount === 1;
}

/** Deletes the rows up to that day that came when their day had no partition any more. */
export async function deleteLate(client: ClientBase, table: DailyTable, upToDay: string): Promise<void> {
  await client.query(`delete from dispatch.${table}_default where day <= $1::date`, [upToDay]);
}
