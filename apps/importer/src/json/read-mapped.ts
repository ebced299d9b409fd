import { checkAttributes } from '@sluice/cloud-events/attribute-rules';
import type { Place, SourceMapping } from '@sluice/contracts/sources';
import type { OriginRecord } from '@sluice/contracts/unreadable-record';
import { ExactNumber } from '@sluice/exact-json/exact-number';
import { type Conversion, NOTHING, Unreadable } from '../conversion/conversion.js';
import { idOfRecord, momentOf, sourceOfTopic, timeOfRecord } from '../conversion/record-identity.js';
import { headersNamed, utf8Of } from '../conversion/record-text.js';
import { JsonDocument } from './json-document.js';

const MILLISECONDS = /^-?\d{1,15}$/;

/**
 * A record of any JSON, as its source's mapping reads it. Numbers and booleans are attributes as they are written; a time that
 * is a whole number counts as milliseconds since 1970. A tombstone says nothing.
 *
 * @throws {Unreadable}
 */
export function readMapped(record: OriginRecord, mapping: SourceMapping): Conversion {
  if (record.value === null) return NOTHING;
  const document = new JsonDocument(record.value);
  const given = new Map([['specversion', '1.0']]);
  const demanded = (name: string, place: Place): string => {
    const text = textAt(name, place, record, document);
    if (text === undefined) throw new Unreadable(`${name}: nothing stands ${whereIs(place)}`);
    return text;
  };
  given.set('type', demanded('type', mapping.type));
  given.set('id', mapping.id === undefined ? idOfRecord(record) : demanded('id', mapping.id));
  given.set('source', mapping.source === undefined ? sourceOfTopic(record) : demanded('source', mapping.source));
  const subject = mapping.subject && textAt('subject', mapping.subject, record, document);
  if (subject !== undefined) given.set('subject', subject);
  const time = mapping.time === undefined ? timeOfRecord(record) : timeAt(mapping.time, record, document);
  if (time !== undefined) given.set('time', time);
  given.set('datacontenttype', 'application/json');
  const checked = checkAttributes(given);
  if (!checked.ok) {
    throw new Unreadable(checked.errors.map(({ path, message }) => `${path}: ${message}`).join('; '));
  }
  const pointer = mapping.data?.pointer ?? '';
  const data = document.bytesAt(pointer);
  if (data === undefined) throw new Unreadable(`data: nothing stands at ${pointer}`);
  return { ok: true, events: [{ attributes: checked.attributes, data }] };
}

function timeAt(place: Place, record: OriginRecord, document: JsonDocument): string | undefined {
  const text = textAt('time', place, record, document);
  if (text === undefined || !MILLISECONDS.test(text)) return text;
  return momentOf(Number(text)) ?? text;
}

/** Undefined where nothing stands, or null. */
function textAt(name: string, place: Place, record: OriginRecord, document: JsonDocument): string | undefined {
  if ('value' in place) return place.value;
  if ('pointer' in place) {
    const value = document.at(place.pointer) ?? null;
    if (value === null) return undefined;
    if (typeof value === 'object' && !(value instanceof ExactNumber)) {
      throw new Unreadable(`${name}: an object or array stands ${whereIs(place)}`);
    }
    return String(value);
  }
  const [bytes, second] = 'key' in place ? [record.key] : headersNamed(record.headers, place.header);
  if (second !== undefined) throw new Unreadable(`${name}: what stands ${whereIs(place)} is given twice`);
  if (bytes === null || bytes === undefined) return undefined;
  const text = utf8Of(bytes);
  if (text === null) throw new Unreadable(`${name}: what stands ${whereIs(place)} is not UTF-8`);
  return text;
}

function whereIs(place: Place): string {
  if ('pointer' in place) return `at ${place.pointer === '' ? 'the root of the value' : place.pointer}`;
  return 'header' in place ? `in the header ${place.header}` : 'in the key';
}
