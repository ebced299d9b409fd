import type { NotificationResult } from '@sluice/contracts/payload-commands';
import type { ClientBase, Pool } from 'pg';
import { textArray } from '../database/binary-array.js';

/** A webhook whose endpoint is to be told that there is something new to read. */
export interface OpenedPing {
  webhookId: string;
  accountId: string;
}

/**
 * A row that waits is shared by whatever comes until it is claimed; one under way is marked, and leads to another ping.
 * Either way it is locked until the commit: a ping that is claimed afterwards finds what it tells of.
 */
const OPEN = `
  insert into dispatch.ping as p (webhook_id, account_id, attempt, due_at, lease, again, created_at)
  select u.webhook_id, u.account_id, 1, now() + $3::float8 * interval '1 millisecond', null, false,
    now() + $3::float8 * interval '1 millisecond'
  from unnest($1::text[], $2::text[]) as u(webhook_id, account_id)
  order by u.webhook_id
  on conflict (webhook_id) do update set again = true where p.lease is not null`;

/**
 * Opens a ping for each of the webhooks, in the transaction that writes what they are told of. A webhook may be named more
 * than once. Rows are locked in the order of webhook ids.
 *
 * @param shiftMs what the tests' clock is ahead of the database's.
 */
export async function openPings(client: ClientBase, pings: readonly OpenedPing[], shiftMs: number): Promise<void> {
  if (pings.length === 0) return;
  const accounts = new Map(pings.map(({ webhookId, accountId }) => [webhookId, accountId]));
  const values = [textArray([...accounts.keys()]), textArray([...accounts.values()]), shiftMs];
  await client.query({ name: 'dispatch-open-pings', text: OPEN, values });
}

/** How a webhook's pings went, as it is listed (contract airtable 1.2 and 3.4). */
export interface PingResults {
  lastNotificationResult: NotificationResult | null;
  /** Rounded to whole seconds. */
  lastSuccessfulNotificationTime: string | null;
}

const READ_RESULTS = `
  select webhook_id, success, completed_at, duration_ms, retry_number, error, will_be_retried, last_success_at
  from dispatch.ping_result where webhook_id = any($1::text[])`;

interface ResultRow {
  webhook_id: string;
  success: boolean;
  completed_at: Date;
  duration_ms: number;
  retry_number: number;
  error: string | null;
  will_be_retried: boolean;
  last_success_at: Date | null;
}

/** By webhook id; webhooks of which no ping was completed yet are not in it. */
export async function readPingResults(pool: Pool, webhookIds: readonly string[]): Promise<Map<string, PingResults>> {
  if (webhookIds.length === 0) return new Map();
  const { rows } = await pool.query<ResultRow>({
    name: 'dispatch-read-ping-results',
    text: READ_RESULTS,
    values: [textArray(webhookIds)],
  });
  return new Map(
    rows.map((row) => [
      row.webhook_id,
      {
        lastNotificationResult: resultOf(row),
        lastSuccessfulNotificationTime: row.last_success_at === null ? null : wholeSeconds(row.last_success_at),
      },
    ]),
  );
}

function resultOf({ success, ...row }: ResultRow): NotificationResult {
  const completion = {
    completionTimestamp: row.completed_at.toISOString(),
    durationMs: row.duration_ms,
    retryNumber: row.retry_number,
  };
  if (success) return { success, ...completion };
  return { success, ...completion, error: { message: row.error ?? '' }, willBeRetried: row.will_be_retried };
}

const wholeSeconds = (date: Date): string => new Date(Math.round(date.getTime() / 1_000) * 1_000).toISOString();
