/** By lower-case name; a header that is there several times has several values. */
export type DumpedHeaders = Record<string, string | string[]>;

const HEADER = /^(?:[<>] ?)?([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/;

/** Headers, a line each, as curl and others show them (`> name: value` too). Lines that are none are passed over. */
export function readHeaders(text: string): DumpedHeaders {
  const headers: DumpedHeaders = Object.create(null) as DumpedHeaders;
  for (const line of text.split(/\r?\n/)) {
    const [, name, value = ''] = HEADER.exec(line) ?? [];
    if (name === undefined) continue;
    const before = headers[name.toLowerCase()];
    headers[name.toLowerCase()] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}

/** Takes a whole message apart at its first empty line; the body's bytes stay as they are. */
export function splitDump(dump: Buffer): { headers: DumpedHeaders; body: Buffer } {
  const text = dump.toString('latin1');
  const end = /\r?\n\r?\n/.exec(text);
  const [from, to] = end === null ? [text.length, text.length] : [end.index, end.index + end[0].length];
  return { headers: readHeaders(text.slice(0, from)), body: dump.subarray(to) };
}
