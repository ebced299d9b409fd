import { isUtf8 } from 'node:buffer';

/** Bytes that others chose, as answers show them: text where they are UTF-8, else base64. */
export function shownBytes(bytes: Buffer): { text: string; encoding: 'utf8' | 'base64' } {
  const encoding = isUtf8(bytes) ? 'utf8' : 'base64';
  return { text: bytes.toString(encoding), encoding };
}
