const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Where in the bytes the part at the path lies: its first byte, and the one after its last. Each byte is looked at once, however
 * deep the path leads.
 *
 * @param bytes JSON that was checked to be it, and to have no member twice
 * @param path the names of members and the indices of elements that lead there: something stands there
 */
export function placeOfPart(bytes: Uint8Array, path: readonly string[]): { start: number; end: number } {
  let start = afterSpace(bytes, 0);
  for (const name of path) {
    start = bytes[start] === OPEN_BRACE ? memberAt(bytes, start, name) : elementAt(bytes, start, Number(name));
  }
  return { start, end: afterValue(bytes, start) };
}

/** Where the value of the member begins, of the object that begins at `at`. */
function memberAt(bytes: Uint8Array, at: number, name: string): number {
  let from = at;
  for (;;) {
    from = afterSpace(bytes, from + 1);
    const end = afterString(bytes, from);
    const value = afterSpace(bytes, afterByte(bytes, end, COLON));
    if (nameIn(bytes.subarray(from, end)) === name) return value;
    from = beforeByte(bytes, afterValue(bytes, value), COMMA);
  }
}

/** Where the element begins, of the array that begins at `at`. */
function elementAt(bytes: Uint8Array, at: number, index: number): number {
  let from = afterSpace(bytes, at + 1);
  for (let passed = 0; passed < index; passed += 1) {
    from = afterSpace(bytes, afterByte(bytes, afterValue(bytes, from), COMMA));
  }
  return from;
}

function nameIn(token: Uint8Array): string {
  return JSON.parse(Buffer.from(token.buffer, token.byteOffset, token.byteLength).toString('utf8'));
}

function afterValue(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return afterString(bytes, at);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return afterWord(bytes, at);
  let end = at;
  let depth = 0;
  do {
    const byte = bytes[end];
    if (byte === QUOTE) {
      end = afterString(bytes, end);
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    end += 1;
  } while (depth > 0 && end < bytes.length);
  return end;
}

/** After a number, true, false or null. */
function afterWord(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && !isSpace(bytes[end]) && !isMark(bytes[end])) end += 1;
  return end;
}

function afterString(bytes: Uint8Array, at: number): number {
  let end = at + 1;
  while (end < bytes.length && bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1;
  return end + 1;
}

function afterSpace(bytes: Uint8Array, at: number): number {
  let end = at;
  while (isSpace(bytes[end])) end += 1;
  return end;
}

const beforeByte = (bytes: Uint8Array, at: number, expected: number): number => {
  const found = afterSpace(bytes, at);
  if (bytes[found] !== expected) throw new Error(`nothing stands at the path in the JSON: byte ${found} ends it`);
  return found;
};

const afterByte = (bytes: Uint8Array, at: number, expected: number): number => beforeByte(bytes, at, expected) + 1;

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const isMark = (byte: number | undefined): boolean => byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET;
