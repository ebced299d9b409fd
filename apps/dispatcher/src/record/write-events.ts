import { eventHeaders } from '@sluice/contracts/event-record';
import type { ClientBase } from 'pg';
import { byteaArray, dayArray, int4Array, int8Array, timestampArray } from '../database/binary-array.js';
import type { IdentifiedEvent } from '../model/delivery.js';
import { headerBytes } from './dead-letter.js';
import type { EventFact } from './fact.js';

const INSERT_EVENTS = `
  insert into dispatch.event (day, identity, partition, position, account, source, id, type, audience, accepted_at, matched)
  select * from unnest($1::date[], $2::bytea[], $3::int4[], $4::int8[], $5::bytea[], $6::bytea[], $7::bytea[], $8::bytea[],
    $9::bytea[], $10::timestamptz[], $11::int4[])
  on conflict do nothing`;

const INSERT_BODIES = `
  insert into dispatch.event_body (day, identity, partition, position, headers, data)
  select * from unnest($1::date[], $2::bytea[], $3::int4[], $4::int8[], $5::bytea[], $6::bytea[])
  on conflict do nothing`;

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');

const acceptedAt = ({ stamp }: IdentifiedEvent): number => Date.parse(stamp.acceptedAt);

/** One small row per event. */
export async function insertEvents(
  client: ClientBase,
  facts: readonly Pick<EventFact, 'event' | 'matched' | 'change'>[],
): Promise<void> {
  if (facts.length === 0) return;
  const events = facts.map(({ event }) => event);
  await client.query({
    name: 'dispatch-insert-events',
    text: INSERT_EVENTS,
    values: [
      dayArray(events.map(acceptedAt)),
      byteaArray(events.map(({ identity }) => identity)),
      int4Array(events.map(({ partition }) => partition)),
      int8Array(events.map(({ position }) => position)),
      byteaArray(events.map(({ stamp }) => utf8(stamp.accountId))),
      byteaArray(events.map(({ attributes }) => utf8(attributes.source))),
      byteaArray(events.map(({ attributes }) => utf8(attributes.id))),
      byteaArray(events.map(({ attributes }) => utf8(attributes.type))),
      byteaArray(events.map(({ stamp }) => utf8(JSON.stringify(stamp.audience)))),
      timestampArray(events.map(acceptedAt)),
      int4Array(facts.map(({ matched, change }) => matched + (change?.lists.length ?? 0))),
    ],
  });
}

/** The bodies of these events, each once. */
export async function insertBodies(client: ClientBase, events: ReadonlySet<IdentifiedEvent>): Promise<void> {
  const bodies = [...new Map([...events].map((event) => [`${event.partition}/${event.position}`, event])).values()];
  if (bodies.length === 0) return;
  await client.query({
    name: 'dispatch-insert-bodies',
    text: INSERT_BODIES,
    values: [
      dayArray(bodies.map(acceptedAt)),
      byteaArray(bodies.map(({ identity }) => identity)),
      int4Array(bodies.map(({ partition }) => partition)),
      int8Array(bodies.map(({ position }) => position)),
      byteaArray(bodies.map((event) => headerBytes(eventHeaders(event)))),
      byteaArray(bodies.map(({ data }) => data)),
    ],
  });
}
