import type { ClientBase } from 'pg';
import { float8Array, textArray } from '../database/binary-array.js';
import { DISABLING, FAILING, type Streak } from './streak.js';

const NOW = `now() + $1::float8 * interval '1 millisecond'`;

/**
 * Each alternative has an index of its own: of very many webhooks that fail, and were told to, none is looked at. Locked:
 * whoever records for these webhooks waits for the commit.
 */
const RIPE = `
  select webhook_id, account_id, failing_since, last_failed_at, failures::float8 as failures,
    exhausted::float8 as exhausted, told_since, recovered_at, ${NOW} as now
  from dispatch.webhook_health
  where webhook_id > $2 and (
    (told_since is null and (failing_since is null or (failures >= ${FAILING.failures}
      and last_failed_at >= failing_since + ${FAILING.forMs} * interval '1 millisecond')))
    or recovered_at is not null
    or (exhausted >= ${DISABLING.exhausted} and failing_since <= ${NOW} - ${DISABLING.forMs} * interval '1 millisecond')
  )
  order by webhook_id
  limit $3
  for update`;

interface Row {
  webhook_id: string;
  account_id: string;
  failing_since: Date | null;
  last_failed_at: Date | null;
  failures: number;
  exhausted: number;
  told_since: Date | null;
  recovered_at: Date | null;
  now: Date;
}

/** The next streaks of which something may follow, at most `limit`, in the order of webhooks, and the moment they were read. */
export async function lockRipeStreaks(
  client: ClientBase,
  { after, limit, shiftMs }: { after: string; limit: number; shiftMs: number },
): Promise<{ streaks: Streak[]; nowMs: number }> {
  const { rows } = await client.query<Row>({
    name: 'dispatch-ripe-streaks',
    text: RIPE,
    values: [shiftMs, after, limit],
  });
  return { streaks: rows.map(streakOf), nowMs: rows[0]?.now.getTime() ?? 0 };
}

const streakOf = (row: Row): Streak => ({
  webhookId: row.webhook_id,
  accountId: row.account_id,
  failingSinceMs: row.failing_since?.getTime() ?? null,
  lastFailedAtMs: row.last_failed_at?.getTime() ?? null,
  failures: row.failures,
  exhausted: row.exhausted,
  toldSinceMs: row.told_since?.getTime() ?? null,
  recoveredAtMs: row.recovered_at?.getTime() ?? null,
});

const FORGET =
  'delete from dispatch.webhook_health h using unnest($1::text[]) as u(webhook_id) where h.webhook_id = u.webhook_id';

const MOMENT = (column: string): string => `to_timestamp(u.${column} / 1000)`;
const UPDATE = `
  update dispatch.webhook_health h
  set failing_since = ${MOMENT('failing_since')}, last_failed_at = ${MOMENT('last_failed_at')}, failures = u.failures,
    exhausted = u.exhausted, told_since = ${MOMENT('told_since')}, recovered_at = ${MOMENT('recovered_at')}
  from unnest($1::text[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[])
    as u(webhook_id, failing_since, last_failed_at, failures, exhausted, told_since, recovered_at)
  where h.webhook_id = u.webhook_id`;

/** The rows must be locked. */
export async function writeStreaks(client: ClientBase, streaks: readonly Streak[]): Promise<void> {
  if (streaks.length === 0) return;
  await client.query(UPDATE, [
    textArray(streaks.map(({ webhookId }) => webhookId)),
    float8Array(streaks.map(({ failingSinceMs }) => failingSinceMs)),
    float8Array(streaks.map(({ lastFailedAtMs }) => lastFailedAtMs)),
    float8Array(streaks.map(({ failures }) => failures)),
    float8Array(streaks.map(({ exhausted }) => exhausted)),
    float8Array(streaks.map(({ toldSinceMs }) => toldSinceMs)),
    float8Array(streaks.map(({ recoveredAtMs }) => recoveredAtMs)),
  ]);
}

/** Drops the streaks of these webhooks, in the caller's transaction. */
export async function forgetStreaks(client: ClientBase, webhookIds: readonly string[]): Promise<void> {
  if (webhookIds.length > 0) await client.query(FORGET, [textArray(webhookIds)]);
}
