import { Gather } from '@sluice/event-stream/gather';
import type { Pool } from 'pg';
import { byteaArray, int4Array, int8Array, timestampArray } from '../database/binary-array.js';
import type { IdentifiedEvent } from '../model/delivery.js';
import type { Persistence } from './persistence.js';

const EVENTS_AT_ONCE = 2_000;

/**
 * Another place counts when it is earlier in the same partition, or settled for good in another one. Two copies can then
 * never be skipped in favour of each other: what is skipped for another partition's copy is itself settled only later.
 */
const RECORDED_ELSEWHERE = `
  select u.number
  from unnest($1::bytea[], $2::int4[], $3::int8[], $4::timestamptz[]) with ordinality
    as u(identity, partition, position, accepted_at, number)
  where exists (
    select from dispatch.event e
    where e.identity = u.identity
      and e.day between ($5::timestamptz at time zone 'utc')::date and ($6::timestamptz at time zone 'utc')::date
      and e.accepted_at between u.accepted_at - $7::float8 * interval '1 millisecond'
        and u.accepted_at + $7::float8 * interval '1 millisecond'
      and case when e.partition = u.partition then e.position < u.position
        else e.position < (select p.position from dispatch.partition p where p.partition = e.partition) end
  )`;

const acceptedAtMs = (event: IdentifiedEvent): number => Date.parse(event.stamp.acceptedAt);

async function recordedElsewhere(
  pool: Pool,
  events: readonly IdentifiedEvent[],
  windowMs: number,
): Promise<IdentifiedEvent[]> {
  // Without a readable moment there is no window; recording such an event will say what is wrong with it.
  const dated = events.filter((event) => Number.isFinite(acceptedAtMs(event)));
  if (dated.length === 0) return [];
  const moments = dated.map(acceptedAtMs);
  const { rows } = await pool.query<{ number: string }>({
    name: 'dispatch-recorded-elsewhere',
    text: RECORDED_ELSEWHERE,
    values: [
      byteaArray(dated.map((event) => event.identity)),
      int4Array(dated.map((event) => event.partition)),
      int8Array(dated.map((event) => event.position)),
      timestampArray(moments),
      new Date(Math.min(...moments) - windowMs).toISOString(),
      new Date(Math.max(...moments) + windowMs).toISOString(),
      windowMs,
    ],
  });
  return rows.map((row) => dated[Number(row.number) - 1]!);
}

/**
 * Looks for events whose identity is recorded at another place within the window. Partitions whose records were read at once
 * ask at once, and are answered by one statement.
 */
export class RecordedElsewhere {
  readonly #questions: Gather<IdentifiedEvent, boolean>;

  constructor(pool: Pool, persistence: Persistence, windowMs: number) {
    const search = (events: readonly IdentifiedEvent[]) =>
      persistence.persist('look for duplicates', () => recordedElsewhere(pool, events, windowMs));
    const limits = { items: EVENTS_AT_ONCE, bytes: Number.POSITIVE_INFINITY };
    this.#questions = new Gather(async (events) => {
      const found = new Set(await search(events));
      return events.map((event) => found.has(event));
    }, limits);
  }

  async find(events: readonly IdentifiedEvent[]): Promise<IdentifiedEvent[]> {
    const isElsewhere = await this.#questions.add(events, 0);
    return events.filter((_, index) => isElsewhere[index]);
  }
}

/** Identities of one partition's events that were handed in and are not recorded yet. */
export class UnrecordedIdentities {
  readonly #places = new Map<string, { position: bigint; acceptedAtMs: number }>();

  constructor(readonly windowMs: number) {}

  /** Keeps the first place of each identity. */
  add(event: IdentifiedEvent): void {
    const key = event.identity.toString('latin1');
    if (!this.#places.has(key)) {
      this.#places.set(key, { position: event.position, acceptedAtMs: acceptedAtMs(event) });
    }
  }

  /** The event's row is written, or never will be. */
  forget(event: IdentifiedEvent): void {
    const key = event.identity.toString('latin1');
    if (this.#places.get(key)?.position === event.position) this.#places.delete(key);
  }

  /** Whether the same event stands at an earlier position, within the window. */
  hasEarlier(event: IdentifiedEvent): boolean {
    const place = this.#places.get(event.identity.toString('latin1'));
    if (place === undefined || place.position >= event.position) return false;
    return Math.abs(place.acceptedAtMs - acceptedAtMs(event)) <= this.windowMs;
  }
}
