import type { OutgoingRecord } from './event-stream.js';

/** A record, or one of somebody else's topic with its headers as bytes. */
type Weighed = OutgoingRecord & { originalHeaders?: readonly (readonly [string, Uint8Array | null])[] };
/** What a header costs in memory beyond its name and bytes, about; there may be very many that hold nothing. */
const bytesPerHeader = 100;

/** About what the record weighs in memory and on the wire, in bytes. */
export function recordBytes({ key, headers, value, originalHeaders = [] }: Weighed): number {
  let bytes = (key?.byteLength ?? 0) + (value?.byteLength ?? 0);
  for (const [name, text] of Object.entries(headers)) bytes += name.length + text.length;
  for (const [name, content] of originalHeaders) bytes += bytesPerHeader + name.length + (content?.byteLength ?? 0);
  return bytes;
}
