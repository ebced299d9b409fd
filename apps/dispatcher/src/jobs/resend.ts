import type { JobRequest } from '@sluice/contracts/job-commands';
import type { Pool } from 'pg';
import { type RecordedPlace, type StoredEventsParts, storedEvents } from '../trail/stored-events.js';
import type { Found, JobPart, JobSource, LeasedJob } from './job.js';

type ResendRequest = Extract<JobRequest, { kind: 'resend' }>;

/** The last one that was looked at. */
interface Cursor {
  endedAt: string;
  id: string;
}

/** Deliveries that ended before the job was made, the earliest first. */
const endedWhere = (condition: string): string => `
  select d.id, to_char(d.day, 'YYYY-MM-DD') as day, d.identity, d.partition, d.position, d.ended_at::text as ended_at,
    (select coalesce(max(a.number), 0) from dispatch.attempt a where a.delivery_id = d.id and a.day = d.day) as attempts
  from dispatch.delivery d
  where d.webhook_id = $1 and d.account_id = $2 and d.ended_at < $3::timestamptz and ${condition}`;

const ONE = endedWhere('d.id = $4');

/** The condition on the state that is written out is that of an index: delivered ones, which are the most, are not read. */
const FAILED = `${endedWhere(`
    d.state <> 'delivered' and d.state = any($4) and d.ended_at >= $5 and (d.ended_at, d.id) > ($6::timestamptz, $7)`)}
  order by d.ended_at, d.id
  limit $8`;

const COUNT_FAILED = `
  select count(*)::int as count from dispatch.delivery
  where webhook_id = any($1) and account_id = $2 and state <> 'delivered' and state = any($3) and ended_at >= $4`;

interface Row {
  id: string;
  day: string;
  identity: Buffer | null;
  partition: number;
  position: string;
  ended_at: string;
  attempts: number;
}

/** How many deliveries of the account such a job has to look at, as of now. */
export async function countFailed(
  pool: Pool,
  accountId: string,
  { webhookIds, states, since }: Extract<ResendRequest, { since: string }>,
): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(COUNT_FAILED, [webhookIds, accountId, states, since]);
  return rows[0]!.count;
}

/** Deliveries that ended and are to be sent again: under their ids, with the bytes of their events, numbers going on. */
export class Resend implements JobSource {
  readonly #parts: StoredEventsParts;

  constructor(parts: StoredEventsParts) {
    this.#parts = parts;
  }

  async next(job: LeasedJob, part: JobPart, room: number): Promise<Found> {
    const rows = await this.#ended(job, part, room);
    const events = await storedEvents(this.#parts, rows.map(placeOf));
    const found: Found = {
      deliveries: [],
      cursor: part.cursor,
      over: events.length === rows.length && rows.length < room,
      done: events.length,
      notPossible: 0,
      notes: [],
    };
    for (const [index, event] of events.entries()) {
      const row = rows[index]!;
      found.cursor = { endedAt: row.ended_at, id: row.id } satisfies Cursor;
      if ('missing' in event) {
        found.notPossible += 1;
        found.notes.push(event.missing);
      } else {
        const { accountId } = job;
        const { webhookId } = part;
        const attempt = row.attempts + 1;
        // In no lane: what came after it in its own was not held up, and need not be now.
        found.deliveries.push({ kind: 'event', id: row.id, webhookId, accountId, event, attempt, lane: null });
      }
    }
    return found;
  }

  async #ended({ request, accountId, createdAt }: LeasedJob, part: JobPart, room: number): Promise<Row[]> {
    const { pool } = this.#parts;
    const whose = [part.webhookId, accountId, createdAt];
    if (request.kind !== 'resend') throw new Error(`a job of the kind ${request.kind} resends nothing`);
    if ('deliveryId' in request) {
      return part.cursor === null ? (await pool.query<Row>(ONE, [...whose, request.deliveryId])).rows : [];
    }
    const after = (part.cursor as Cursor | null) ?? { endedAt: '-infinity', id: '' };
    const { states, since } = request;
    return (await pool.query<Row>(FAILED, [...whose, states, since, after.endedAt, after.id, room])).rows;
  }
}

const placeOf = ({ day, identity, partition, position }: Row): RecordedPlace => ({
  day,
  identity,
  partition,
  position: BigInt(position),
});
