import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';

/** What Debezium writes for a large value that was not changed, and so was not in the database's log. */
const PLACEHOLDER = '__debezium_unavailable_value';
const IN_BYTES = Buffer.from(PLACEHOLDER, 'utf8').toString('base64');

/** Whether this is no value but the note that Debezium does not know it: as text, as bytes, or as the element of an array. */
function isUnavailable(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 1 && isUnavailable(value[0] ?? null);
  return value === PLACEHOLDER || value === IN_BYTES;
}

/** The row without what is not known of it: taken from the row before where that has it, else left out. */
export function knownRow(row: JsonObject, before: JsonObject | null): JsonObject {
  const known = Object.entries(row).flatMap(([name, value]): [string, JsonValue][] => {
    if (!isUnavailable(value)) return [[name, value]];
    const former = before !== null && Object.hasOwn(before, name) ? before[name] : undefined;
    return former === undefined || isUnavailable(former) ? [] : [[name, former]];
  });
  return Object.fromEntries(known);
}
