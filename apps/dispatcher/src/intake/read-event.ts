import { readEventHeaders } from '@sluice/contracts/event-record';
import { readPutBack, readUnreadable } from '@sluice/contracts/unreadable-record';
import type { StreamRecord } from '@sluice/event-stream/event-stream';
import type { IdentifiedEvent } from '../model/delivery.js';
import { eventIdentity } from '../model/identity.js';

const NO_DATA = new Uint8Array(0);

/** A record of the stream as an event, or why it can't be read. An event without data has no bytes. */
export function readEvent(record: StreamRecord): { ok: true; event: IdentifiedEvent } | { ok: false; reason: string } {
  const unreadable = readUnreadable(record.headers);
  if (unreadable !== null) return { ok: false, reason: unreadable.reason };
  const read = readEventHeaders(record.headers);
  if (!read.ok) return read;
  const { attributes, stamp } = read;
  const identity = eventIdentity({ accountId: stamp.accountId, source: attributes.source, id: attributes.id });
  const { partition, position } = record;
  const event = { identity, partition, position, attributes, stamp, data: record.value ?? NO_DATA };
  const former = readPutBack(record.headers);
  return { ok: true, event: former === null ? event : { ...event, former } };
}
