import { createHash } from 'node:crypto';
import { ExactNumber } from '@sluice/exact-json/exact-number';
import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';

/** What Debezium writes for a large value that was not changed, and so was not in the database's log. */
const PLACEHOLDER = '__debezium_unavailable_value';
const BYTES = Buffer.from(PLACEHOLDER, 'utf8');
/** Columns of text, of bytes, and of hstore as JSON without a schema. */
const TEXTS: ReadonlySet<JsonValue> = new Set([
  PLACEHOLDER,
  BYTES.toString('base64'),
  JSON.stringify({ [PLACEHOLDER]: PLACEHOLDER }),
]);
/** The element of a column of uuid[]. */
const UUID = nameBasedUuid(BYTES);

/**
 * Whether this is no value but the note that Debezium does not know it: as text, as bytes, as hstore, or as an array of one text
 * or UUID, or of the note's bytes as numbers.
 */
function isUnavailable(value: JsonValue): boolean {
  if (Array.isArray(value)) {
    const [first = null] = value;
    if (value.length === 1) return TEXTS.has(first) || first === UUID;
    return value.length === BYTES.length && value.every((element, at) => numberOf(element) === BYTES[at]);
  }
  if (isJsonObject(value)) return Object.keys(value).length === 1 && value[PLACEHOLDER] === PLACEHOLDER;
  return TEXTS.has(value);
}

/** Elements of floating point are written as 95.0. */
const numberOf = (value: JsonValue): JsonValue => (value instanceof ExactNumber ? value.approximate : value);

/** The row without what is not known of it: taken from the row before where that has it, else left out. */
export function knownRow(row: JsonObject, before: JsonObject | null): JsonObject {
  const known = Object.entries(row).flatMap(([name, value]): [string, JsonValue][] => {
    if (!isUnavailable(value)) return [[name, value]];
    const former = before !== null && Object.hasOwn(before, name) ? before[name] : undefined;
    return former === undefined ? [] : [[name, former]];
  });
  return Object.fromEntries(known);
}

/** Version 3 of RFC 9562 without a namespace, as Java's UUID.nameUUIDFromBytes makes it. */
function nameBasedUuid(name: Uint8Array): string {
  const digest = createHash('md5').update(name).digest();
  digest[6] = (digest.readUInt8(6) & 0x0f) | 0x30;
  digest[8] = (digest.readUInt8(8) & 0x3f) | 0x80;
  return digest.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
