import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import { type EventStream, PositionOutOfRange } from '@sluice/event-stream/event-stream';
import type { Pool } from 'pg';
import { readEvent } from '../intake/read-event.js';
import type { IdentifiedEvent } from '../model/delivery.js';
import { isOnStream } from '../model/off-stream.js';
import { bodyKeyText, loadBodies } from '../record/bodies.js';

/** Where an event stood when it was recorded. */
export interface RecordedPlace {
  /** `YYYY-MM-DD` */
  day: string;
  /** Null in rows of former versions. */
  identity: Buffer | null;
  partition: number;
  position: bigint;
}

export interface StoredEventsParts {
  pool: Pool;
  stream: Pick<EventStream, 'read'>;
}

/** Of data that come into memory together. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Records that are read from the stream one by one. */
const MOST_READ = 100;

const GONE = 'its event is no longer kept';

/**
 * The events at these places, from the first on as many as may be in memory together: at least one, if there are any. Their
 * bodies are stored for some days; later the stream may still have them. What can't be had says why.
 *
 * @throws StreamUnavailable when the stream is needed and can't be reached.
 */
export async function storedEvents(
  { pool, stream }: StoredEventsParts,
  places: readonly RecordedPlace[],
): Promise<(IdentifiedEvent | { missing: string })[]> {
  const known = places.flatMap(({ identity, ...place }) => (identity === null ? [] : [{ ...place, identity }]));
  const bodies = await loadBodies(pool, known, MOST_BYTES);
  const events: (IdentifiedEvent | { missing: string })[] = [];
  let read = 0;
  for (const place of places) {
    const { day, identity, partition, position } = place;
    const body = identity === null ? undefined : bodies.get(bodyKeyText({ day, identity, partition, position }));
    if (body === null) break;
    if (body === undefined && !isOnStream(partition)) events.push({ missing: GONE });
    else if (body === undefined || identity === null) {
      read += 1;
      if (read > MOST_READ) break;
      events.push(await onStream(stream, place));
    } else if ('unreadable' in body) events.push({ missing: `its stored event can't be read: ${body.unreadable}` });
    else events.push({ identity, partition, position, ...body });
  }
  return events;
}

async function onStream(
  stream: StoredEventsParts['stream'],
  { identity, partition, position }: RecordedPlace,
): Promise<IdentifiedEvent | { missing: string }> {
  try {
    const [record] = await stream.read(EVENTS_TOPIC, partition, position, 1);
    const found = record?.position === position ? readEvent(record) : null;
    if (found?.ok !== true || (identity !== null && !found.event.identity.equals(identity))) return { missing: GONE };
    return found.event;
  } catch (error) {
    if (error instanceof PositionOutOfRange) return { missing: GONE };
    throw error;
  }
}
