import type { Source } from '@sluice/contracts/sources';
import type { OriginRecord } from '@sluice/contracts/unreadable-record';
import { convert } from '../sources/convert.js';

type Configuration = Pick<Source, 'format'> & Partial<Pick<Source, 'mapping' | 'debezium'>>;

/** The events of a record with their data as text; its reason when it is unreadable. */
export function converted(record: OriginRecord, source: Configuration) {
  const conversion = convert(record, { mapping: null, debezium: null, ...source });
  if (!conversion.ok) return conversion.reason;
  return conversion.events.map(({ attributes, data }) => ({ ...attributes, data: Buffer.from(data).toString('utf8') }));
}
