import { ExactNumber } from '@sluice/exact-json/exact-number';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { numberFromDecimalString } from '@sluice/exact-json/numeric-string';

type Simple = string | number | boolean | null;

/** A map whose keys are JSON values under the filter language's equality: `3761`, `3761.0` and `"3761"` are one key. */
export class ValueMap<T> {
  private readonly simple = new Map<Simple, T>();
  /** Exact numbers, arrays and objects by their canonical text; rarely needed. */
  private written: Map<string, T> | null = null;

  get size(): number {
    return this.simple.size + (this.written?.size ?? 0);
  }

  get(value: JsonValue): T | undefined {
    const key = canonical(value);
    if (isSimple(key)) return this.simple.get(key);
    return this.written?.get(canonicalText(key));
  }

  set(value: JsonValue, item: T): void {
    const key = canonical(value);
    if (isSimple(key)) this.simple.set(key, item);
    else {
      this.written ??= new Map();
      this.written.set(canonicalText(key), item);
    }
  }

  delete(value: JsonValue): void {
    const key = canonical(value);
    if (isSimple(key)) this.simple.delete(key);
    else this.written?.delete(canonicalText(key));
    if (this.written?.size === 0) this.written = null;
  }
}

const isSimple = (value: JsonValue): value is Simple => value === null || typeof value !== 'object';

/** One value for all simple ones that are equal; arrays and objects are left as they are. */
const canonical = (value: JsonValue): JsonValue =>
  typeof value === 'string' ? (numberFromDecimalString(value) ?? value) : value;

/** One text for all values that are equal, different texts for different values. */
function canonicalText(value: JsonValue): string {
  const key = canonical(value);
  if (key instanceof ExactNumber) return key.canonical;
  // Both zeros are written alike.
  if (isSimple(key)) return JSON.stringify(key);
  if (Array.isArray(key)) return `[${key.map(canonicalText).join(',')}]`;
  return canonicalObject(key);
}

function canonicalObject(object: JsonObject): string {
  const members = Object.keys(object)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalText(object[name]!)}`);
  return `{${members.join(',')}}`;
}
