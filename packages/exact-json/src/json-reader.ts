import { isUtf8 } from 'node:buffer';
import { asWritten, readNumber } from './exact-number.js';
import { JsonFault, NestingFault } from './json-fault.js';
import type { JsonNumber, JsonObject, JsonValue } from './json-value.js';
import { endOfString } from './string-token.js';
import { invalidUtf8At } from './utf8.js';

const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** An integer of at most this many digits is a double without loss, added up digit by digit. */
const FAST_DIGITS = 15;
const NAME_SHOWN = 100;

/** Where a value lies in the bytes. */
export interface Place {
  /** Offset of its first byte. */
  start: number;
  /** Offset after its last byte. */
  end: number;
}

/** Where a value lies in the bytes, and the value. */
export interface Slice extends Place {
  value: JsonValue;
}

/** An element of an array: of an object also the members by name, with their places in the same bytes. */
export interface Element extends Slice {
  members: Map<string, Slice> | null;
}

/**
 * Reads JSON (RFC 8259) from bytes in one pass, each byte looked at a fixed number of times. Stricter than the RFC asks:
 * no byte order mark, no duplicate members, bounded nesting. An escape of a lone surrogate (`"\ud800"`) is within the
 * RFC's grammar and accepted; the string then holds it.
 */
export class JsonReader {
  private readonly bytes: Buffer;
  /** One character per byte, so that the text's indices are byte offsets; right for ASCII parts only. */
  private readonly text: string;
  private readonly maxDepth: number;
  private readonly literals: boolean;
  private position = 0;
  private depth = 0;

  /** @param literals whether numbers keep the text that they were written as */
  constructor(bytes: Uint8Array, maxDepth: number, literals: boolean) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.maxDepth = maxDepth;
    this.literals = literals;
    if (!isUtf8(this.bytes)) throw new JsonFault('invalid UTF-8', invalidUtf8At(this.bytes));
    if (this.bytes[0] === 0xef && this.bytes[1] === 0xbb && this.bytes[2] === 0xbf) {
      throw new JsonFault('byte order mark', 0);
    }
    this.text = this.bytes.toString('latin1');
  }

  /** The one value that the bytes hold. */
  document(): JsonValue {
    this.skipSpace();
    const value = this.value();
    this.expectEnd();
    return value;
  }

  /** The members of the root object with their places. */
  members(): Map<string, Slice> {
    const members = new Map<string, Slice>();
    this.skipSpace();
    if (this.peek() !== OPEN_BRACE) throw new JsonFault('expected an object', this.position);
    this.object((name, slice) => members.set(name, slice));
    this.expectEnd();
    return members;
  }

  /** The elements of the root array with their places, and with their members. */
  elements(): Element[] {
    const elements: Element[] = [];
    this.skipSpace();
    if (this.peek() !== OPEN_BRACKET) throw new JsonFault('expected an array', this.position);
    this.array((element) => elements.push(element));
    this.expectEnd();
    return elements;
  }

  /** Where the value lies that the names of members and the indices of elements lead to, in a text that was read before. */
  place(path: readonly string[]): Place | undefined {
    this.skipSpace();
    for (const step of path) if (!this.goTo(step)) return undefined;
    const start = this.position;
    this.skipValue();
    return { start, end: this.position };
  }

  /** Goes to the part of that name or index of the container that begins here; false when there is none. */
  private goTo(step: string): boolean {
    const isObject = this.peek() === OPEN_BRACE;
    if (!isObject && this.peek() !== OPEN_BRACKET) return false;
    for (let index = 0; ; index++) {
      this.position++;
      this.skipSpace();
      if (this.peek() === (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) return false;
      if ((isObject ? this.name() : `${index}`) === step) return true;
      this.skipValue();
      this.skipSpace();
      if (this.peek() !== COMMA) return false;
    }
  }

  /** A member's name, and what stands between it and the value. */
  private name(): string {
    if (this.peek() !== QUOTE) throw this.unexpected('a member name');
    const name = this.string();
    this.skipSpace();
    this.position++;
    this.skipSpace();
    return name;
  }

  /** Containers are gone through without being made, which takes a fraction of the time. */
  private skipValue(): void {
    let open = 0;
    do {
      const byte = this.peek();
      if (byte === QUOTE) this.position = endOfString(this.bytes, this.position + 1).end;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) open++;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) open--;
      else if (open === 0) return void this.value();
      this.position++;
    } while (open > 0 && this.position < this.bytes.length);
  }

  private value(): JsonValue {
    const byte = this.peek();
    if (byte === QUOTE) return this.string();
    if (byte === OPEN_BRACE) return this.object();
    if (byte === OPEN_BRACKET) return this.array();
    if ((byte >= ZERO && byte <= NINE) || byte === MINUS) return this.number();
    if (this.word('true')) return true;
    if (this.word('false')) return false;
    if (this.word('null')) return null;
    throw this.unexpected('a value');
  }

  private object(found?: (name: string, slice: Slice) => void): JsonObject {
    this.enter();
    const object: JsonObject = Object.create(null);
    this.skipSpace();
    if (this.peek() === CLOSE_BRACE) return this.leave(object);
    for (;;) {
      const nameStart = this.position;
      if (this.peek() !== QUOTE) throw this.unexpected('a member name');
      const name = this.string();
      if (object[name] !== undefined) throw new JsonFault(`duplicate member ${shown(name)}`, nameStart);
      this.skipSpace();
      if (this.peek() !== COLON) throw this.unexpected('":"');
      this.position++;
      this.skipSpace();
      const start = this.position;
      const value = this.value();
      object[name] = value;
      found?.(name, { start, end: this.position, value });
      this.skipSpace();
      const next = this.peek();
      if (next === CLOSE_BRACE) return this.leave(object);
      if (next !== COMMA) throw this.unexpected('"," or "}"');
      this.position++;
      this.skipSpace();
    }
  }

  private array(found?: (element: Element) => void): JsonValue[] {
    this.enter();
    const array: JsonValue[] = [];
    this.skipSpace();
    if (this.peek() === CLOSE_BRACKET) return this.leave(array);
    for (;;) {
      const start = this.position;
      const members = found !== undefined && this.peek() === OPEN_BRACE ? new Map<string, Slice>() : null;
      const value = members === null ? this.value() : this.object((name, slice) => members.set(name, slice));
      array.push(value);
      found?.({ start, end: this.position, value, members });
      this.skipSpace();
      const next = this.peek();
      if (next === CLOSE_BRACKET) return this.leave(array);
      if (next !== COMMA) throw this.unexpected('"," or "]"');
      this.position++;
      this.skipSpace();
    }
  }

  private enter(): void {
    if (++this.depth > this.maxDepth) throw new NestingFault(this.maxDepth, this.position);
    this.position++;
  }

  private leave<T>(container: T): T {
    this.depth--;
    this.position++;
    return container;
  }

  private string(): string {
    const { bytes } = this;
    const start = this.position + 1;
    let at = start;
    let byte = at < bytes.length ? bytes[at]! : -1;
    while (byte !== QUOTE && byte !== 0x5c && byte >= 0x20 && byte < 0x80) {
      at++;
      byte = at < bytes.length ? bytes[at]! : -1;
    }
    if (byte === QUOTE) {
      this.position = at + 1;
      return this.text.slice(start, at);
    }
    const { end, escaped } = endOfString(bytes, at);
    this.position = end + 1;
    // The token was checked, so the built-in reader can undo its escapes.
    if (escaped) return JSON.parse(bytes.toString('utf8', start - 1, end + 1));
    return bytes.toString('utf8', start, end);
  }

  private number(): JsonNumber {
    const start = this.position;
    const number = this.numberByValue();
    return this.literals ? asWritten(number, this.text.slice(start, this.position)) : number;
  }

  private numberByValue(): JsonNumber {
    const start = this.position;
    if (this.peek() === MINUS) this.position++;
    const whole = this.position;
    this.digits();
    if (this.position > whole + 1 && this.bytes[whole] === ZERO) throw new JsonFault('leading zero in a number', whole);
    const next = this.peek();
    if (next !== POINT && next !== 0x65 && next !== 0x45) {
      if (this.position - whole <= FAST_DIGITS) return this.smallInteger(start, whole);
    } else {
      if (next === POINT) {
        this.position++;
        this.digits();
      }
      const marker = this.peek();
      if (marker === 0x65 || marker === 0x45) {
        this.position++;
        const sign = this.peek();
        if (sign === PLUS || sign === MINUS) this.position++;
        this.digits();
      } else if (this.position - whole <= FAST_DIGITS + 1) {
        return Number(this.text.slice(start, this.position));
      }
    }
    const number = readNumber(this.text.slice(start, this.position));
    if (number === null) throw new JsonFault('a number with an exponent of more than 15 digits', start);
    return number;
  }

  /** Takes one or more digits. */
  private digits(): void {
    const start = this.position;
    let byte = this.peek();
    while (byte >= ZERO && byte <= NINE) {
      this.position++;
      byte = this.peek();
    }
    if (this.position === start) throw this.unexpected('a digit');
  }

  private smallInteger(start: number, whole: number): number {
    let size = 0;
    for (let at = whole; at < this.position; at++) size = size * 10 + this.bytes[at]! - ZERO;
    return start === whole ? size : -size;
  }

  private word(word: 'true' | 'false' | 'null'): boolean {
    if (!this.text.startsWith(word, this.position)) return false;
    this.position += word.length;
    return true;
  }

  /** The byte at the current position, -1 at the end. */
  private peek(): number {
    return this.position < this.bytes.length ? this.bytes[this.position]! : -1;
  }

  private skipSpace(): void {
    let byte = this.peek();
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      this.position++;
      byte = this.peek();
    }
  }

  private expectEnd(): void {
    this.skipSpace();
    if (this.position < this.bytes.length) throw new JsonFault('trailing bytes after the value', this.position);
  }

  private unexpected(expected: string): JsonFault {
    const byte = this.peek();
    if (byte === -1) return new JsonFault(`the text ends where ${expected} should stand`, this.position);
    const found =
      byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `byte 0x${byte.toString(16).padStart(2, '0')}`;
    return new JsonFault(`${found} stands where ${expected} should stand`, this.position);
  }
}

function shown(name: string): string {
  return JSON.stringify(name.length > NAME_SHOWN ? `${name.slice(0, NAME_SHOWN)}…` : name);
}
