import { memberOf } from '@sluice/exact-json/json-object';
import { nameOfPart } from '@sluice/exact-json/json-pointer';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson, placeOf } from '@sluice/exact-json/parse-json';
import { readAsJson } from '../conversion/conversion.js';

const INDEX = /^(0|[1-9]\d{0,9})$/;

/** A JSON document of which parts are asked for by pointer (RFC 6901). It is parsed once, however many are asked for. */
export class JsonDocument {
  private readonly root: JsonValue;

  /** @throws {Unreadable} when the bytes are no JSON. */
  constructor(private readonly bytes: Uint8Array) {
    this.root = readAsJson('the value is not JSON', () => parseJson(bytes, { literals: true }));
  }

  /** What stands at the pointer; undefined when nothing does. */
  at(pointer: string): JsonValue | undefined {
    let found: JsonValue | undefined = this.root;
    for (const name of namesOf(pointer)) {
      found = Array.isArray(found) ? (INDEX.test(name) ? found[Number(name)] : undefined) : memberOf(found, name);
      if (found === undefined) return undefined;
    }
    return found;
  }

  /** As {@link at}, the bytes that it was written in; those of the root with the space around it. */
  bytesAt(pointer: string): Uint8Array | undefined {
    if (pointer === '') return this.bytes;
    const place = placeOf(this.bytes, namesOf(pointer));
    return place && this.bytes.subarray(place.start, place.end);
  }
}

const namesOf = (pointer: string): string[] => pointer.split('/').slice(1).map(nameOfPart);
