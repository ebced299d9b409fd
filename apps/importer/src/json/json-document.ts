import { JsonFault } from '@sluice/exact-json/json-fault';
import { isJsonObject } from '@sluice/exact-json/json-object';
import { nameOfPart } from '@sluice/exact-json/json-pointer';
import type { Slice } from '@sluice/exact-json/json-reader';
import { elementSlices, memberSlices, parseJson } from '@sluice/exact-json/parse-json';
import { Unreadable } from '../conversion.js';

const INDEX = /^(0|[1-9]\d{0,9})$/;

/** A JSON document of which parts are asked for by pointer, each as the bytes that it was written in. */
export class JsonDocument {
  private readonly root: Slice;

  /** @throws {Unreadable} when the bytes are no JSON. */
  constructor(private readonly bytes: Uint8Array) {
    try {
      this.root = { start: 0, end: bytes.length, value: parseJson(bytes, { literals: true }) };
    } catch (fault) {
      if (!(fault instanceof JsonFault)) throw fault;
      throw new Unreadable(`the value is not JSON: ${fault.message}, at byte ${fault.offset}`);
    }
  }

  /** What stands at the pointer (RFC 6901), with its place in the bytes; undefined when nothing does. */
  at(pointer: string): Slice | undefined {
    let found: Slice | undefined = this.root;
    for (const part of pointer.split('/').slice(1)) {
      found = found && this.within(found, nameOfPart(part));
      if (found === undefined) return undefined;
    }
    return found;
  }

  bytesOf({ start, end }: Slice): Uint8Array {
    return this.bytes.subarray(start, end);
  }

  private within(parent: Slice, name: string): Slice | undefined {
    const bytes = this.bytesOf(parent);
    const found = isJsonObject(parent.value)
      ? memberSlices(bytes, { literals: true }).get(name)
      : Array.isArray(parent.value) && INDEX.test(name)
        ? elementSlices(bytes, { literals: true })[Number(name)]
        : undefined;
    return found && { ...found, start: parent.start + found.start, end: parent.start + found.end };
  }
}
