import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';

/**
 * One thing that a payload tells, never divided between two payloads: a changed record, a destroyed field, a table's new name.
 * A payload is a list of parts in its order of members. Containers are written around parts only, so none is ever empty.
 */
export interface Part {
  /** The names that lead to its container, outermost first. */
  path: readonly string[];
  /** Its name in there; null for an element of an array. */
  name: string | null;
  value: JsonValue;
  /** How many records it is about. */
  records: 0 | 1;
}

/** The given members of an object that are there, in this order: the contract's, whatever the publisher's was. */
export function ordered<T extends object>(object: T, names: readonly (keyof T & string)[]): JsonObject {
  const members: JsonObject = {};
  for (const name of names) {
    const value = object[name] as JsonValue | undefined;
    if (value !== undefined) members[name] = value;
  }
  return members;
}

export const isEmpty = (object: object): boolean => Object.keys(object).length === 0;
