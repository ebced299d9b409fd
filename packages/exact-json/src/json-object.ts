import { ExactNumber } from './exact-number.js';
import type { JsonObject, JsonValue } from './json-value.js';

/** Whether the value is an object in JSON's sense: neither an array nor null nor an exact number. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

/** The value's own member of that name; undefined if the value is no object or has no such member. */
export function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
