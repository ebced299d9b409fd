import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Pool } from 'pg';

export interface GoneParts {
  pool: Pool;
  clock: Clock;
  logger: Logger;
  /** Whether there is such a webhook; null while that is not known for certain. */
  isWebhook: (webhookId: string) => boolean | null;
}

const PAGE = 1_000;
const HOUR_MS = 3_600_000;

/**
 * A list begins with its first payload: without one that is kept it is older than a week, so that nobody's index could have
 * missed its webhook. Its number must not begin anew while the webhook lives.
 */
const FORGET_LISTS = `
  delete from dispatch.payload_list l using unnest($1::text[]) as u(webhook_id)
  where l.webhook_id = u.webhook_id
    and not exists (select from dispatch.payload p where p.webhook_id = l.webhook_id)`;

/** A webhook that is younger than these rows is in everybody's index. */
const FORGET_RESULTS = `
  delete from dispatch.ping_result r using unnest($1::text[]) as u(webhook_id)
  where r.webhook_id = u.webhook_id and r.completed_at < now() + ($2::float8 - $3::float8) * interval '1 millisecond'`;

const FORGET_STREAKS = `
  delete from dispatch.webhook_health h using unnest($1::text[]) as u(webhook_id)
  where h.webhook_id = u.webhook_id
    and coalesce(h.last_failed_at, h.told_since, h.recovered_at) < now() + ($2::float8 - $3::float8) * interval '1 millisecond'`;

/** Drops the rows of webhooks that are gone: what is left of their lists, pings and streaks of failures. Does nothing while the index is not current. */
export async function forgetGoneWebhooks({ pool, clock, logger, isWebhook }: GoneParts): Promise<void> {
  let lists = 0;
  for await (const gone of goneOf(pool, 'payload_list', isWebhook)) {
    lists += (await pool.query(FORGET_LISTS, [gone])).rowCount ?? 0;
  }
  for await (const gone of goneOf(pool, 'ping_result', isWebhook)) {
    await pool.query(FORGET_RESULTS, [gone, clock.shiftMs, HOUR_MS]);
  }
  for await (const gone of goneOf(pool, 'webhook_health', isWebhook)) {
    await pool.query(FORGET_STREAKS, [gone, clock.shiftMs, HOUR_MS]);
  }
  if (lists > 0) logger.info({ lists }, 'payload_lists.forgotten');
}

/** The ids in the table that no webhook has any more, some at a time. */
async function* goneOf(
  pool: Pool,
  table: 'payload_list' | 'ping_result' | 'webhook_health',
  isWebhook: GoneParts['isWebhook'],
): AsyncIterable<string[]> {
  for (let after = ''; ; ) {
    const { rows } = await pool.query<{ webhook_id: string }>(
      `select webhook_id from dispatch.${table} where webhook_id > $1 order by webhook_id limit $2`,
      [after, PAGE],
    );
    const gone = rows.map(({ webhook_id }) => webhook_id).filter((id) => isWebhook(id) === false);
    if (gone.length > 0) yield gone;
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.webhook_id;
  }
}
