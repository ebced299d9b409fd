import type { ExactNumber } from './exact-number.js';

/** A JSON number: a double whenever its shortest decimal form is the literal's value, otherwise exact. */
export type JsonNumber = number | ExactNumber;

/** Members by name. {@link parseJson} makes these without a prototype: `__proto__` is a name like any other. */
export interface JsonObject {
  [name: string]: JsonValue;
}

export type JsonValue = null | boolean | string | JsonNumber | JsonValue[] | JsonObject;
