import { isUtf8 } from 'node:buffer';
import { readBinaryEvent } from '@sluice/cloud-events/binary-event';
import type { FaultEntry } from '../refusals/fault.js';
import { type Reading, readingOf } from './published-event.js';

const PREFIX = 'ce-';

/** Whether a request is an event in binary mode: it has at least one attribute as a header. */
export const hasAttributeHeaders = (rawHeaders: readonly string[]): boolean =>
  rawHeaders.some((text, index) => index % 2 === 0 && text.slice(0, PREFIX.length).toLowerCase() === PREFIX);

/**
 * An event in binary mode: attributes as `ce-…` headers, the body is the data (CloudEvents HTTP binding 1.0 section 3.1).
 * `rawHeaders` as Node has them: name and value in turn, so that a header sent twice is seen.
 */
export function readBinary(rawHeaders: readonly string[], body: Uint8Array): Reading {
  const errors: FaultEntry[] = [];
  const given = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const header = (rawHeaders[index] ?? '').toLowerCase();
    const isType = header === 'content-type';
    if (!isType && !header.startsWith(PREFIX)) continue;
    const name = isType ? 'datacontenttype' : header.slice(PREFIX.length);
    const value = isType ? (rawHeaders[index + 1] ?? '') : decodeHeader(rawHeaders[index + 1] ?? '');
    if (given.has(name)) errors.push({ path: name, message: 'is given twice' });
    else if (value === null) errors.push({ path: name, message: 'is not percent-encoded UTF-8' });
    else given.set(name, value);
  }
  return readingOf(readBinaryEvent(given, body, errors));
}

/**
 * HTTP binding section 3.1.3.2: undo quotes, then percent-encoding, once. Raw bytes beyond ASCII are taken as UTF-8, as
 * which curl sends them. Null when the result is no UTF-8.
 */
function decodeHeader(value: string): string | null {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
  const text = quoted === undefined ? value : quoted.replace(/\\(.)/g, '$1');
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return null;
  const decoded = text.replace(/%([0-9A-Fa-f]{2})/g, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const bytes = Buffer.from(decoded, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}
