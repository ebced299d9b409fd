import type { OutgoingRecord } from './event-stream.js';

/** About what the record weighs in memory and on the wire, in bytes. */
export function recordBytes({ key, headers, value }: OutgoingRecord): number {
  let bytes = (key?.byteLength ?? 0) + (value?.byteLength ?? 0);
  for (const [name, text] of Object.entries(headers)) bytes += name.length + text.length;
  return bytes;
}
