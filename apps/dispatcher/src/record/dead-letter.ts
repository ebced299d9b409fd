import { type EventStamp, eventHeaders, eventKey, readEventHeaders } from '@sluice/contracts/event-record';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import { type FormerDeadLetter, isOwnId, readPutBack, readUnreadable } from '@sluice/contracts/unreadable-record';
import type { StreamRecord } from '@sluice/event-stream/event-stream';
import type { IdentifiedEvent } from '../model/delivery.js';

/** Where a record stood that can't be read: in a source's topic, or in that of the events. */
export interface LetterOrigin {
  /** Null in the topic of the events. */
  sourceId: string | null;
  topic: string;
  partition: number;
  offset: bigint;
  /** Milliseconds since 1970; null where it is not known. */
  timestampMs: number | null;
}

/** What is kept of a record that can't be read. */
export interface DeadLetter {
  reason: string;
  /** Null when nobody knows whose it is: it was written to the topic of the events by who knows whom. */
  accountId: string | null;
  origin: LetterOrigin;
  /** The length of the record's value when not all of the record was kept, else null. */
  cutFrom: number | null;
  /** The dead letter that was put back as this record. */
  former: FormerDeadLetter | null;
  key: Uint8Array | null;
  /** As {@link headerBytes} or {@link originHeaderBytes} make them; null when nothing of the record was kept. */
  headers: Uint8Array | null;
  data: Uint8Array | null;
}

/** Headers of our own topic as they are stored with a body or a dead letter: JSON, whatever bytes their values hold. */
export const headerBytes = (headers: Readonly<Record<string, string>>): Buffer =>
  Buffer.from(JSON.stringify(headers), 'utf8');

/** The last number that PostgreSQL's bigint and JavaScript both have. */
const LATEST_MS = 2 ** 63 - 1_024;

type OriginHeaders = readonly (readonly [name: string, value: Uint8Array | null])[];

/** Headers of a source's topic: JSON as well, a list of pairs of name and value, the value as base64 or null. */
const originHeaderBytes = (headers: OriginHeaders): Buffer =>
  Buffer.from(JSON.stringify(headers.map(([name, value]) => [name, value && Buffer.from(value).toString('base64')])));

/** A record of the stream that can't be read for this reason. The importer's are those of the sources that they came from. */
export function letterOfRecord(record: StreamRecord, reason: string): DeadLetter {
  const { key, headers, value: data } = record;
  const mark = readUnreadable(headers);
  if (mark?.ok) {
    const { accountId, origin, cutFrom, former } = mark;
    const timestampMs = origin.timestampMs < 0 ? null : Math.min(origin.timestampMs, LATEST_MS);
    const place = { ...origin, timestampMs };
    return { reason, accountId, origin: place, cutFrom, former, key, headers: originHeaderBytes(mark.headers), data };
  }
  const event = readEventHeaders(headers);
  return {
    reason,
    accountId: event.ok ? ownAccount(event.stamp) : null,
    origin: inEventsTopic(record, record.appendedAt.getTime()),
    cutFrom: null,
    former: readPutBack(headers),
    key,
    headers: headerBytes(headers),
    data,
  };
}

/** Nobody's is what names an account as we name none. */
const ownAccount = ({ accountId }: EventStamp): string | null => (isOwnId(accountId) ? accountId : null);

/** An event that was read and can't be recorded. */
export const letterOfEvent = (event: IdentifiedEvent, reason: string): DeadLetter => ({
  reason,
  accountId: ownAccount(event.stamp),
  origin: inEventsTopic(event, null),
  cutFrom: null,
  former: event.former ?? null,
  key: Buffer.from(eventKey(event), 'utf8'),
  headers: headerBytes(eventHeaders(event)),
  data: event.data,
});

/** A delivery of an event that can't be recorded. Its event is recorded, and is not to be put back: it keeps no headers. */
export const letterOfDelivery = (event: IdentifiedEvent, reason: string): DeadLetter => ({
  ...letterOfEvent(event, reason),
  key: null,
  headers: null,
});

const inEventsTopic = (
  { partition, position }: { partition: number; position: bigint },
  timestampMs: number | null,
): LetterOrigin => ({ sourceId: null, topic: EVENTS_TOPIC, partition, offset: position, timestampMs });
