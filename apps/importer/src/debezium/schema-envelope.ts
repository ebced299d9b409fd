import { isJsonObject, memberOf } from '@sluice/exact-json/json-object';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { readAsJson } from '../conversion/conversion.js';

/** What Kafka Connect's JSON converter wrote: a value and, with `schemas.enable=true`, its schema. */
export interface Enveloped {
  payload: JsonValue;
  /** Null when it came without. */
  schema: JsonValue;
}

/** The envelope, the change, a row, and what may nest in a column of the row: how deep an event nests is seen as it is written. */
const DEPTH = 110;

/**
 * Reads the key or the value of a record of Kafka Connect.
 *
 * @param what names it in the reason.
 * @throws {Unreadable} when it is no JSON.
 */
export function readEnveloped(bytes: Uint8Array, what: 'key' | 'value'): Enveloped {
  const document = readAsJson(`the ${what} is not JSON`, () => parseJson(bytes, { literals: true, depth: DEPTH }));
  const schema = memberOf(document, 'schema');
  const payload = memberOf(document, 'payload');
  // A row may have columns of these names, but none that is a schema beside one other.
  const isEnvelope =
    isJsonObject(document) && Object.keys(document).length === 2 && payload !== undefined && schema !== undefined;
  if (isEnvelope && (schema === null || typeof memberOf(schema, 'type') === 'string')) return { payload, schema };
  return { payload: document, schema: null };
}

/** The schema of a field of a struct; null where it is not known. */
export function fieldSchema(schema: JsonValue, name: string): JsonValue {
  const fields = memberOf(schema, 'fields');
  if (!Array.isArray(fields)) return null;
  let byName = fieldsByName.get(fields);
  if (byName === undefined) {
    byName = new Map(fields.map((field) => [memberOf(field, 'field') ?? null, field]));
    fieldsByName.set(fields, byName);
  }
  return byName.get(name) ?? null;
}

/** A struct has as many values as its schema has fields: looking through them for each value would take for ever. */
const fieldsByName = new WeakMap<JsonValue[], Map<JsonValue, JsonValue>>();
