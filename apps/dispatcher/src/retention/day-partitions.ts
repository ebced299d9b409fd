import type { ClientBase } from 'pg';

/** The tables that are partitioned by the day of an event's acceptance. */
export type DailyTable = 'event' | 'event_body' | 'delivery' | 'attempt';

export const DAILY_TABLES: readonly DailyTable[] = ['event', 'event_body', 'delivery', 'attempt'];

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

/**
 * Gives a day a partition of its own. Rows of that day that already came and fell into the default partition move into
 * it: PostgreSQL refuses to attach a partition while the default one holds its rows. Call it inside a transaction.
 */
export async function createDay(client: ClientBase, table: DailyTable, day: string): Promise<void> {
  const partition = partitionOf(table, day);
  await client.query(`lock table only dispatch.${table}, dispatch.${table}_default in access exclusive mode`);
  await client.query(`create table dispatch.${partition} (like dispatch.${table} including all)`);
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

/** Keeps everybody from writing to the table until the transaction ends, and waits for those who are at it. */
export async function lockTable(client: ClientBase, table: DailyTable): Promise<void> {
  await client.query(`lock table only dispatch.${table} in access exclusive mode`);
}

/** Drops a day with all its rows. */
export async function dropDay(client: ClientBase, table: DailyTable, day: string): Promise<void> {
  await client.query(`drop table dispatch.${partitionOf(table, day)}`);
}

/** Deletes the rows up to that day that came when their day had no partition any more. */
export async function deleteLate(client: ClientBase, table: DailyTable, upToDay: string): Promise<void> {
  await client.query(`delete from dispatch.${table}_default where day <= $1::date`, [upToDay]);
}
