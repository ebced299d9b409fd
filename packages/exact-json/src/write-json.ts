import { ExactNumber } from './exact-number.js';
import type { JsonObject, JsonValue } from './json-value.js';

/** The value as JSON without white space; exact numbers keep their digits. */
export function writeJson(value: JsonValue): string {
  if (value instanceof ExactNumber) return value.literal;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  return writeObject(value);
}

function writeObject(object: JsonObject): string {
  const members = Object.keys(object).map((name) => `${JSON.stringify(name)}:${writeJson(object[name]!)}`);
  return `{${members.join(',')}}`;
}
