import type { OperationalType } from '@sluice/contracts/operational-events';
import type { ClientBase, Pool } from 'pg';
import { int8Array } from '../database/binary-array.js';
import type { BodyKey } from '../record/bodies.js';

/** What is to be told, as it was written: see write-operational.ts. */
export interface WaitingEvent {
  /** Also its position. */
  id: bigint;
  type: OperationalType;
  webhookId: string;
  accountId: string;
  eventId: string;
  at: Date;
  details: Record<string, unknown>;
  /** Where the event stands whose delivery this is about. */
  delivered: BodyKey | null;
}

interface Row {
  id: string;
  type: OperationalType;
  webhook_id: string;
  account_id: string;
  event_id: string;
  at: Date;
  details: Buffer;
  identity: Buffer | null;
  partition: number | null;
  position: string | null;
  day: string | null;
}

const READ = `
  select id, type, webhook_id, account_id, event_id, at, details, identity, partition, position,
    to_char(day, 'YYYY-MM-DD') as day
  from dispatch.operational_event where not expanded order by id limit $1`;

/** The oldest that are not expanded, in their order. */
export async function readWaiting(client: ClientBase, limit: number): Promise<WaitingEvent[]> {
  const { rows } = await client.query<Row>({ name: 'dispatch-waiting-operational', text: READ, values: [limit] });
  return rows.map(({ identity, partition, position, day, ...row }) => ({
    id: BigInt(row.id),
    type: row.type,
    webhookId: row.webhook_id,
    accountId: row.account_id,
    eventId: row.event_id,
    at: row.at,
    details: JSON.parse(row.details.toString('utf8')),
    delivered:
      identity === null || partition === null || position === null || day === null
        ? null
        : { identity, partition, position: BigInt(position), day },
  }));
}

/** Whether some are not expanded. */
export async function isAnyWaiting(pool: Pool): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'dispatch-any-waiting-operational',
    text: 'select from dispatch.operational_event where not expanded limit 1',
  });
  return rowCount === 1;
}

/** Marks these as expanded, in the transaction that makes their deliveries. */
export async function markExpanded(client: ClientBase, ids: readonly bigint[]): Promise<void> {
  await client.query('update dispatch.operational_event set expanded = true where id = any($1::int8[])', [
    int8Array(ids),
  ]);
}

/** Longer than webhooks' being disabled is told after it happened: what was told must be known until then. */
const KEPT_DAYS = 3;

/** Forgets those that were expanded days ago. */
export async function dropOldOperational(pool: Pool, shiftMs: number): Promise<void> {
  await pool.query(
    `delete from dispatch.operational_event
     where expanded and at < now() + $1::float8 * interval '1 millisecond' - $2 * interval '1 day'`,
    [shiftMs, KEPT_DAYS],
  );
}
