import type { Pool } from 'pg';
import { readEventsOfId } from '../trail/events-of-id.js';
import { type DeliveryPage, type DeliveryQuestion, FIRST_OWN, pagesOf, readPage } from './read-deliveries.js';

const PLACES = `unnest($${FIRST_OWN}::int4[], $${FIRST_OWN + 1}::int8[], $${FIRST_OWN + 2}::date[]) as w(partition, position, day)`;

const at = (table: 'p' | 'd'): string =>
  `${table}.partition = w.partition and ${table}.position = w.position and ${table}.day = w.day
    and ($${FIRST_OWN + 3}::text is null or webhook_id = $${FIRST_OWN + 3})`;

/**
 * A page of the deliveries of the events of that id, from whatever source: of one webhook, or of all of the account's. They
 * are found by the events' places.
 */
export async function readEventDeliveries(
  pool: Pool,
  { eventId, webhookId }: { eventId: string; webhookId: string | null },
  question: DeliveryQuestion,
): Promise<DeliveryPage> {
  const events = await readEventsOfId(pool, question.accountId, { id: eventId });
  const rows = `select q.* from ${PLACES} cross join lateral (${pagesOf(question.state, at('p'), at('d'))}) q
    order by q.at desc, q.id desc limit $6`;
  return readPage(pool, rows, question, [
    events.map(({ partition }) => partition),
    events.map(({ position }) => position.toString()),
    events.map(({ day }) => day),
    webhookId,
  ]);
}
