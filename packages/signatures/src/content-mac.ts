import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'hmac-sha256=';
/** What is left of a header that is one: 32 bytes in lower-case hexadecimal. */
const HEADER = /^hmac-sha256=[0-9a-f]{64}$/;

/**
 * The value of `X-Airtable-Content-MAC` (contract airtable 3.2): `hmac-sha256=` and the lower-case hexadecimal
 * HMAC-SHA-256 of exactly the bytes that are sent, under the bytes that the secret's base64 stands for.
 *
 * @throws when the secret is not padded standard base64 of at least one byte; the message does not repeat it.
 */
export function contentMac(body: Uint8Array, macSecretBase64: string): string {
  return PREFIX + createHmac('sha256', macKey(macSecretBase64)).update(body).digest('hex');
}

/** A ping as it arrived, and the secret of its webhook. */
export interface ContentMacRequest {
  /** As Node gives it: absent, or there more than once, it does not verify. */
  header: string | readonly string[] | undefined;
  /** The bytes as they arrived, before any parsing. */
  body: Uint8Array;
  macSecretBase64: string;
}

/** Whether the header is the body's, in constant time. Throws as {@link contentMac} does for the secret. */
export function verifyContentMac({ header, body, macSecretBase64 }: ContentMacRequest): boolean {
  const expected = contentMac(body, macSecretBase64);
  if (typeof header !== 'string' || !HEADER.test(header)) return false;
  return timingSafeEqual(Buffer.from(header), Buffer.from(expected));
}

function macKey(macSecretBase64: string): Buffer {
  const key = Buffer.from(macSecretBase64, 'base64');
  // Node skips what is not base64: a key read so would not be the receiver's.
  if (key.length === 0 || key.toString('base64') !== macSecretBase64) {
    throw new Error('A MAC secret is padded standard base64');
  }
  return key;
}
