import type { Slice } from '@sluice/exact-json/json-reader';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { checkAttributes, isCore } from './attribute-rules.js';
import { jsonDataFault, saysJson } from './json-data.js';
import type { EventFault, ReadEvent } from './read-event.js';

/** CloudEvents 1.0 section 3.1 (Integer): 32 bits. */
const INTEGER_LIMIT = 2 ** 31;
const INTEGER = /^-?\d+$/;

/**
 * An event in structured mode, from the members of its JSON object and the bytes that they lie in (CloudEvents JSON format
 * 1.0). Its data is the slice of these bytes that `data` takes, or what `data_base64` decodes to.
 */
export function readStructuredEvent(bytes: Uint8Array, members: ReadonlyMap<string, Slice>): ReadEvent {
  const errors: EventFault[] = [];
  const given = new Map<string, string>();
  for (const [name, slice] of members) {
    const { value } = slice;
    if (name === 'data' || name === 'data_base64' || value === null) continue;
    const text = typeof value === 'string' || isCore(name) ? value : extensionText(bytes, slice);
    if (typeof text === 'string') given.set(name, text);
    else
      errors.push({ path: name, message: `must be a string${isCore(name) ? '' : ', a boolean or a 32-bit integer'}` });
  }
  const checked = checkAttributes(given);
  // An attribute of a wrong JSON type is there: that it also counts as missing would only confuse.
  const faulty = new Set(errors.map(({ path }) => path));
  if (!checked.ok) errors.push(...checked.errors.filter(({ path }) => !faulty.has(path)));
  const data = readData(bytes, members, given.get('datacontenttype'));
  if ('path' in data) errors.push(data);
  if (errors.length > 0 || !checked.ok || 'path' in data) return { ok: false, errors, given };
  const { attributes } = checked;
  // The format's default, said explicitly: on the stream nothing else tells that the data is JSON.
  if (members.has('data')) attributes.datacontenttype ??= 'application/json';
  return { ok: true, attributes, data: data.bytes };
}

/**
 * The string form of an extension's JSON value (CloudEvents 1.0 section 3.1); null when it has none. An integer is written
 * without fraction and exponent (JSON format 1.0 section 2.2), which only its literal tells.
 */
function extensionText(bytes: Uint8Array, { start, end, value }: Slice): string | null {
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !INTEGER.test(Buffer.from(bytes.subarray(start, end)).toString('latin1')))
    return null;
  return value >= -INTEGER_LIMIT && value < INTEGER_LIMIT ? String(value) : null;
}

function readData(
  bytes: Uint8Array,
  members: ReadonlyMap<string, Slice>,
  contentType: string | undefined,
): { bytes: Uint8Array } | EventFault {
  const data = members.get('data');
  const base64 = members.get('data_base64')?.value ?? null;
  if (data !== undefined && base64 !== null) return { path: 'data_base64', message: 'stands beside data: one of both' };
  if (base64 !== null) return decodeBase64(base64, saysJson(contentType));
  if (data === undefined) return { bytes: new Uint8Array(0) };
  if (contentType === undefined || saysJson(contentType)) {
    return { bytes: bytes.subarray(data.start, data.end) };
  }
  // JSON format section 3.1.1: data of another type is carried as a string, or in data_base64.
  if (typeof data.value === 'string' && !/\p{Cs}/u.test(data.value)) return { bytes: Buffer.from(data.value, 'utf8') };
  return { path: 'data', message: `must be a string, because datacontenttype is ${contentType}` };
}

function decodeBase64(value: JsonValue, isJson: boolean): { bytes: Uint8Array } | EventFault {
  const text = typeof value === 'string' ? value : null;
  // Buffer.from skips what is no base64: the text is compared with what it should have been.
  const decoded = text === null ? null : Buffer.from(text, 'base64');
  if (decoded === null || decoded.toString('base64') !== text) {
    return { path: 'data_base64', message: 'must be a string of base64 with padding (RFC 4648 section 4)' };
  }
  return (isJson && decoded.length > 0 ? jsonDataFault(decoded) : null) ?? { bytes: decoded };
}
