import { writeJson } from '@sluice/exact-json/write-json';
import type { Part } from './part.js';
import { sharedLength, type WrittenPart } from './write-payload.js';

/** A payload above one of these is split; a single part above it is a payload of its own. */
export interface Bounds {
  /** Of the payload as it is served. Beside a head that is large itself, as much as the head has room. */
  bytes: number;
  records: number;
}

/** Beside its name: two quotes, a colon, two brackets. */
const CONTAINER_BYTES = 5;
const CLOSING_BRACE = 1;
const COMMA = 1;

/** The parts in their order, divided as rarely as the bounds allow; none when there are none. */
export function split(parts: Iterable<Part>, head: string, bounds: Bounds): WrittenPart[][] {
  const headBytes = Buffer.byteLength(head) + CLOSING_BRACE;
  // Each payload repeats the head: all of them together stay within about twice the bytes of the parts.
  const mostBytes = Math.max(bounds.bytes, 2 * headBytes);
  const pieces: WrittenPart[][] = [];
  let piece: WrittenPart[] = [];
  let open: readonly string[] = [];
  let bytes = 0;
  let records = 0;
  for (const part of parts) {
    const written = write(part);
    const ownBytes = Buffer.byteLength(written.text) + COMMA;
    const more = ownBytes + containerBytes(part.path, sharedLength(open, part.path));
    if (piece.length === 0 || bytes + more > mostBytes || records + part.records > bounds.records) {
      piece = [];
      pieces.push(piece);
      bytes = headBytes + ownBytes + containerBytes(part.path, 0);
      records = 0;
    } else bytes += more;
    piece.push(written);
    open = part.path;
    records += part.records;
  }
  return pieces;
}

/** A part as the JSON text that stands in a payload. */
export function write({ path, name, value }: Part): WrittenPart {
  const text = name === null ? writeJson(value) : `${JSON.stringify(name)}:${writeJson(value)}`;
  return { path, text, isElement: name === null };
}

function containerBytes(path: readonly string[], from: number): number {
  let bytes = 0;
  for (let depth = from; depth < path.length; depth++) bytes += path[depth]!.length + CONTAINER_BYTES;
  return bytes;
}
