import { ExactNumber, sameNumber } from '@sluice/exact-json/exact-number';
import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonNumber, JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { numberFromDecimalString } from '@sluice/exact-json/numeric-string';

export const isNumber = (value: JsonValue | undefined): value is JsonNumber =>
  typeof value === 'number' || value instanceof ExactNumber;

/**
 * Equality of the filter language: numbers by value, strings exactly, objects and arrays deeply; a string equals a
 * number when it is the shortest decimal form of that number (contract airstack, equality).
 */
export function sameValue(a: JsonValue, b: JsonValue): boolean {
  if (a === b) return true;
  if (isNumber(a)) return isNumber(b) ? sameNumber(a, b) : typeof b === 'string' && isFormOf(b, a);
  if (typeof a === 'string') return isNumber(b) && isFormOf(a, b);
  if (Array.isArray(a)) return Array.isArray(b) && sameElements(a, b);
  return isJsonObject(a) && isJsonObject(b) && sameMembers(a, b);
}

function isFormOf(text: string, number: JsonNumber): boolean {
  const written = numberFromDecimalString(text);
  return written !== null && sameNumber(written, number);
}

const sameElements = (a: JsonValue[], b: JsonValue[]): boolean =>
  a.length === b.length && a.every((element, index) => sameValue(element, b[index]!));

function sameMembers(a: JsonObject, b: JsonObject): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && sameValue(a[name]!, b[name]!));
}
