import type { Source } from '@sluice/contracts/sources';
import { KEPT_BYTES, type OriginRecord } from '@sluice/contracts/unreadable-record';
import { readCloudEvent } from '../cloudevents/read-cloud-event.js';
import { type Conversion, Unreadable } from '../conversion/conversion.js';
import { readDebezium } from '../debezium/read-debezium.js';
import { readMapped } from '../json/read-mapped.js';

/** As at the HTTP intake: an event's data have at most so many bytes. */
const DATA_LIMIT_BYTES = 1024 * 1024;

/** What Sluice itself says of a record can't be said by its producer. */
const RESERVED_HEADER = /^sluice[-_]/i;

/** What becomes of a record, by its source's configuration. Never throws: what can't be read has a reason. */
export function convert(record: OriginRecord, source: Pick<Source, 'format' | 'mapping' | 'debezium'>): Conversion {
  const reserved = record.headers.find(([name]) => RESERVED_HEADER.test(name))?.[0];
  if (reserved !== undefined) {
    return { ok: false, reason: `the header ${reserved} is reserved: headers that start with "sluice" are ours` };
  }
  const tooLarge = sizeFault(record);
  if (tooLarge !== null) return { ok: false, reason: tooLarge };
  try {
    const conversion = byFormat(record, source);
    const largest = conversion.ok ? Math.max(0, ...conversion.events.map(({ data }) => data.byteLength)) : 0;
    if (largest <= DATA_LIMIT_BYTES) return conversion;
    return { ok: false, reason: `data: has ${largest} bytes, at most ${DATA_LIMIT_BYTES} are possible` };
  } catch (error) {
    // No record may hold up its partition, also not one that nobody foresaw.
    return { ok: false, reason: error instanceof Unreadable ? error.message : `it can't be converted: ${error}` };
  }
}

/** What a dead letter would not keep as a whole is not parsed either: one record must not hold up all others. */
function sizeFault({ key, value }: OriginRecord): string | null {
  for (const [what, bytes] of [['key', key] as const, ['value', value] as const]) {
    const length = bytes?.byteLength ?? 0;
    if (length > KEPT_BYTES) return `the ${what} has ${length} bytes, at most ${KEPT_BYTES} are read`;
  }
  return null;
}

function byFormat(record: OriginRecord, source: Pick<Source, 'format' | 'mapping' | 'debezium'>): Conversion {
  switch (source.format) {
    case 'cloudevents':
      return readCloudEvent(record);
    case 'debezium':
      return readDebezium(record, source.debezium);
    case 'json':
      if (source.mapping === null) throw new Unreadable('its source has no mapping');
      return readMapped(record, source.mapping);
  }
}
