import type { EventAttributes } from '@sluice/contracts/event-record';

/** What the CloudEvents HTTP binding (3.1.3.2) has percent-encoded: all but printable ASCII, and space, `"`, `%`. */
const ENCODED = /[^\x21\x23\x24\x26-\x7e]+/g;
const NEEDS_ENCODING = /[^\x21\x23\x24\x26-\x7e]/;

const percentEncode = (text: string): string =>
  Array.from(Buffer.from(text, 'utf8'), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** A CloudEvents attribute as an HTTP header value. */
export const headerValue = (value: string): string =>
  NEEDS_ENCODING.test(value) ? value.replace(ENCODED, percentEncode) : value;

/** CloudEvents 1.0 binary-mode headers, appended to a flat list of names and values. */
export function appendCloudEventHeaders(headers: string[], attributes: EventAttributes): void {
  headers.push('ce-specversion', '1.0', 'ce-id', headerValue(attributes.id), 'ce-type', headerValue(attributes.type));
  headers.push('ce-source', headerValue(attributes.source));
  if (attributes.time !== undefined) headers.push('ce-time', headerValue(attributes.time));
  if (attributes.subject !== undefined) headers.push('ce-subject', headerValue(attributes.subject));
  if (attributes.dataschema !== undefined) headers.push('ce-dataschema', headerValue(attributes.dataschema));
  for (const name in attributes.extensions) {
    const value = attributes.extensions[name];
    // CloudEvents names are lower-case letters and digits; anything else came from a foreign producer's headers.
    if (value !== undefined && /^[a-z0-9]+$/.test(name)) headers.push(`ce-${name}`, headerValue(value));
  }
}
