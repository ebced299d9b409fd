import type { Pool } from 'pg';
import { int8Array, textArray } from '../database/binary-array.js';
import type { BaseName } from './base-change.js';

/** How far the changes of a base are recorded. */
export interface RecordedBase extends BaseName {
  partition: number;
  /** The publisher numbers the transactions. */
  given: boolean;
  lastTransaction: number;
  lastPosition: bigint;
}

const BASES = `
  select b.base_id, b.account_id, b.partition, b.given, b.last_transaction, b.last_position
  from unnest($1::text[], $2::text[]) as u(base_id, account_id)
  join dispatch.base b on b.base_id = u.base_id and b.account_id = u.account_id`;

interface BaseRow {
  base_id: string;
  account_id: string;
  partition: number;
  given: boolean;
  last_transaction: string;
  last_position: string;
}

/** Those of the bases of which some change is recorded. */
export async function readBases(pool: Pool, names: readonly BaseName[]): Promise<RecordedBase[]> {
  if (names.length === 0) return [];
  const { rows } = await pool.query<BaseRow>({
    name: 'dispatch-read-bases',
    text: BASES,
    values: [textArray(names.map(({ baseId }) => baseId)), textArray(names.map(({ accountId }) => accountId))],
  });
  return rows.map((row) => ({
    baseId: row.base_id,
    accountId: row.account_id,
    partition: row.partition,
    given: row.given,
    lastTransaction: Number(row.last_transaction),
    lastPosition: BigInt(row.last_position),
  }));
}

/** Those of the webhooks whose list has its error payload. */
export async function readClosedLists(pool: Pool, webhookIds: readonly string[]): Promise<Set<string>> {
  if (webhookIds.length === 0) return new Set();
  const { rows } = await pool.query<{ webhook_id: string }>({
    name: 'dispatch-read-closed-lists',
    text: `select l.webhook_id from unnest($1::text[]) as u(webhook_id)
      join dispatch.payload_list l on l.webhook_id = u.webhook_id and l.closed`,
    values: [textArray(webhookIds)],
  });
  return new Set(rows.map(({ webhook_id }) => webhook_id));
}

/** Those of the partition's positions that hold dead letters. */
export async function readDeadLetters(
  pool: Pool,
  partition: number,
  positions: readonly bigint[],
): Promise<Set<bigint>> {
  if (positions.length === 0) return new Set();
  const { rows } = await pool.query<{ position: string }>({
    name: 'dispatch-read-dead-letters',
    text: `select d.position from unnest($2::int8[]) as u(position)
      join dispatch.dead_letter d on d.partition = $1 and d.position = u.position`,
    values: [partition, int8Array(positions)],
  });
  return new Set(rows.map(({ position }) => BigInt(position)));
}
