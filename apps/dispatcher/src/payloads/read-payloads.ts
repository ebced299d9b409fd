import type { Pool } from 'pg';

/** A stretch of one webhook's list, as far as it is kept. */
export interface PayloadPage {
  /** Each the JSON text that is served, in the order of their numbers. */
  payloads: string[];
  /** The number behind the last of them; null when there is none. */
  next: number | null;
  /** There are more behind it. */
  more: boolean;
}

/** Payloads of a page beyond so many bytes wait for the next one; the first one always comes. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** One snapshot: what the list's last number counts is there, or too old to be kept. */
const PAGE = `
  with page as materialized (
    select p.number, p.payload from dispatch.payload p
    where p.webhook_id = $1 and p.number >= $2
    order by p.number
    limit $3
  ),
  measured as (
    select *, sum(octet_length(payload)) over (order by number) as bytes, row_number() over (order by number) as nth from page
  )
  select m.number, m.payload, l.last_number
  from measured m join dispatch.payload_list l on l.webhook_id = $1
  where m.bytes <= $4 or m.nth = 1
  order by m.number`;

/** At most `limit` payloads from the number `from` on; from the oldest that is kept, when that one is kept no more. */
export async function readPage(pool: Pool, webhookId: string, from: number, limit: number): Promise<PayloadPage> {
  const { rows } = await pool.query<{ number: string; payload: Buffer; last_number: string }>({
    name: 'dispatch-read-page',
    text: PAGE,
    values: [webhookId, from, limit, PAGE_BYTES],
  });
  const last = rows.at(-1);
  return {
    payloads: rows.map(({ payload }) => payload.toString('utf8')),
    next: last === undefined ? null : Number(last.number) + 1,
    more: last !== undefined && BigInt(last.number) < BigInt(last.last_number),
  };
}

/** The number of the newest payload of each list, by webhook id; webhooks that never got one are not in it. */
export async function readLastNumbers(pool: Pool, webhookIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ webhook_id: string; last_number: string }>({
    name: 'dispatch-read-last-numbers',
    text: 'select webhook_id, last_number from dispatch.payload_list where webhook_id = any($1::text[])',
    values: [webhookIds],
  });
  return new Map(rows.map(({ webhook_id, last_number }) => [webhook_id, Number(last_number)]));
}
