import { isUtf8 } from 'node:buffer';
import type { OriginHeader } from '@sluice/contracts/unreadable-record';

/** The bytes as UTF-8; null when they are none. */
export function utf8Of(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') : null;
}

/** The values of the headers of that name, in their order. */
export const headersNamed = (headers: readonly OriginHeader[], name: string): (Uint8Array | null)[] =>
  headers.flatMap(([other, value]) => (other === name ? [value] : []));
