import { Audience } from '@sluice/contracts/event-record';
import type { Pool } from 'pg';
import { EVENT_COLUMNS, type EventRow, eventRowOf, type StoredEvent } from './read-trail.js';

/** Rows that are looked at: an id may have been used by many sources. Where there are so many, there may be more. */
export const MOST_ROWS = 200;

/**
 * By the bloom filters of `event_id`. What the account published, and what was for it: an audience is stored as the JSON
 * text that is made of it here.
 */
const OF_ID = `
  select ${EVENT_COLUMNS} from dispatch.event
  where id = $1 and (account = $2 or audience = any($3)) and ($4::bytea is null or source = $4)
  order by accepted_at desc, partition, position limit ${MOST_ROWS}`;

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

const forAccount = (accountId: string): Audience[] => [{ to: 'all' }, { to: 'account', accountId }];

/** The rows of the events of that id that the account may know of, the newest first. */
export async function readEventsOfId(
  pool: Pool,
  accountId: string,
  { id, source = null }: { id: string; source?: string | null },
): Promise<EventRow[]> {
  const audiences = forAccount(accountId).map((audience) => utf8(JSON.stringify(Audience.parse(audience))));
  const values = [utf8(id), utf8(accountId), audiences, source === null ? null : utf8(source)];
  return (await pool.query<StoredEvent>(OF_ID, values)).rows.map(eventRowOf);
}
