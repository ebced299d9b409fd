import { JsonFault } from './json-fault.js';
import { type Element, JsonReader, type Place, type Slice } from './json-reader.js';
import type { JsonValue } from './json-value.js';

const DEFAULT_DEPTH = 100;
/** The reader recurses: a caller's own limit can't take it where the stack ends. */
const GREATEST_DEPTH = 1_000;

/** What is read, and how much is kept of it. */
export interface JsonLimits {
  /** How many arrays and objects may lie within each other; 100 unless told, never more than 1,000. */
  depth?: number;
  /**
   * Every number keeps the text that it was written as, 1.10 for example: for what is to be written again. Otherwise only
   * the numbers that no double stands for do.
   */
  literals?: boolean;
}

/**
 * Reads strict JSON without losing a digit. Objects have no prototype. Text counts as its UTF-8 bytes.
 * Throws {@link JsonFault} with the byte offset and what is wrong there.
 */
export function parseJson(source: Uint8Array | string, limits: JsonLimits = {}): JsonValue {
  return readerOf(source, limits).document();
}

/**
 * The members of the root object by name, each with the place of its value in the bytes: the bytes from `start` to `end`
 * are the value as it was written. The whole text is checked as {@link parseJson} does it, in the same pass.
 * Throws {@link JsonFault}, also when the root is not an object.
 */
export function memberSlices(source: Uint8Array | string, limits: JsonLimits = {}): Map<string, Slice> {
  return readerOf(source, limits).members();
}

/**
 * The elements of the root array as {@link memberSlices} gives members, and in the same pass the members of those that are
 * objects. Throws {@link JsonFault}.
 */
export function elementSlices(source: Uint8Array | string, limits: JsonLimits = {}): Element[] {
  return readerOf(source, limits).elements();
}

/**
 * Where in a text that {@link parseJson} takes the value lies that the path leads to: the names of members and the indices of
 * elements. Undefined when nothing stands there. It looks no further than needed and checks nothing: of a text that is no JSON
 * the answer means nothing, or there is a {@link JsonFault}.
 */
export function placeOf(source: Uint8Array | string, path: readonly string[]): Place | undefined {
  return readerOf(source, {}).place(path);
}

function readerOf(source: Uint8Array | string, { depth = DEFAULT_DEPTH, literals = false }: JsonLimits): JsonReader {
  return new JsonReader(typeof source === 'string' ? utf8(source) : source, Math.min(depth, GREATEST_DEPTH), literals);
}

/** Encoding would quietly replace a lone surrogate: the text that was read would not be the text that was given. */
function utf8(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  const lone = text.search(/\p{Surrogate}/u);
  if (lone !== -1) throw new JsonFault('lone surrogate', Buffer.byteLength(text.slice(0, lone)));
  return bytes;
}
