import { readBinaryEvent } from '@sluice/cloud-events/binary-event';
import { LONGEST_MEDIA_TYPE, readMediaType } from '@sluice/cloud-events/media-type';
import type { EventFault, ReadEvent } from '@sluice/cloud-events/read-event';
import { readStructuredEvent } from '@sluice/cloud-events/structured-event';
import type { OriginHeader, OriginRecord } from '@sluice/contracts/unreadable-record';
import { memberSlices } from '@sluice/exact-json/parse-json';
import { type Conversion, NOTHING, readAsJson, Unreadable } from '../conversion/conversion.js';
import { utf8Of } from '../conversion/record-text.js';

const PREFIX = 'ce_';
const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
/** The envelope around data that may nest 100 deep. */
const DEPTH = 101;

type Content = Pick<OriginRecord, 'headers' | 'value'>;

/**
 * A record of the CloudEvents Kafka binding 1.0 in structured (JSON) or binary content mode. A tombstone without attributes
 * says nothing. A record that has neither a content type nor an attribute counts as structured.
 *
 * @throws {Unreadable}
 */
export function readCloudEvent({ headers, value }: Content): Conversion {
  const contentType = contentTypeOf(headers);
  const essence = readMediaType(contentType ?? '')?.essence ?? '';
  if (essence === BATCH) {
    throw new Unreadable('content-type: a batch is not read from a topic: publish one record for each event');
  }
  const isBinary = headers.some(([name]) => name.startsWith(PREFIX));
  if (essence !== STRUCTURED && essence.startsWith('application/cloudevents')) {
    throw new Unreadable(`content-type: ${essence} is not read here, ${STRUCTURED} is`);
  }
  if (value === null && !isBinary) return NOTHING;
  const isStructured = essence === STRUCTURED || (contentType === undefined && !isBinary);
  if (!isStructured && !isBinary) {
    throw new Unreadable(`this is no CloudEvent: its content-type is not ${STRUCTURED}, and it has no ce_ headers`);
  }
  const read = isStructured ? readStructured(value ?? new Uint8Array(0)) : readBinary(headers, value, contentType);
  if (!read.ok) throw new Unreadable(reasonOf(read.errors));
  return { ok: true, events: [{ attributes: read.attributes, data: read.data }] };
}

function readStructured(value: Uint8Array): ReadEvent {
  const members = readAsJson('the value is not a CloudEvent in JSON', () => memberSlices(value, { depth: DEPTH }));
  return readStructuredEvent(value, members);
}

/** Kafka binding 1.0 section 3.2: attributes are headers in UTF-8, the value is the data. */
function readBinary(
  headers: readonly OriginHeader[],
  value: Uint8Array | null,
  contentType: string | undefined,
): ReadEvent {
  const faults: EventFault[] = [];
  const given = new Map<string, string>();
  if (contentType !== undefined) given.set('datacontenttype', contentType);
  for (const [header, bytes] of headers) {
    if (!header.startsWith(PREFIX)) continue;
    const path = header.slice(PREFIX.length);
    const text = bytes === null ? '' : utf8Of(bytes);
    if (path === 'datacontenttype') faults.push({ path, message: 'is told by the header content-type' });
    else if (given.has(path)) faults.push({ path, message: 'is given twice' });
    else if (text === null) faults.push({ path, message: 'is not UTF-8' });
    else given.set(path, text);
  }
  return readBinaryEvent(given, value ?? new Uint8Array(0), faults);
}

/** Undefined when there is none. Producers don't agree on the capitals of its name. */
function contentTypeOf(headers: readonly OriginHeader[]): string | undefined {
  const [first, second] = headers.filter(([name]) => name.toLowerCase() === 'content-type');
  if (first === undefined) return undefined;
  if (second !== undefined) throw new Unreadable('content-type: is given twice');
  const text = first[1] === null ? '' : utf8Of(first[1]);
  if (text !== null && text.length > LONGEST_MEDIA_TYPE) {
    throw new Unreadable(`content-type: is longer than ${LONGEST_MEDIA_TYPE} characters`);
  }
  if (text === null || readMediaType(text) === null) throw new Unreadable('content-type: is no media type');
  return text;
}

function reasonOf(errors: readonly EventFault[]): string {
  const reasons = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return reasons.join('; ');
}
