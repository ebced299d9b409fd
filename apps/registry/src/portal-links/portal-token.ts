import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Keyring } from '../encryption/keyring.js';

const VERSION = 'p1';

/** What a portal link opens, and until when. */
const Grant = z.object({
  accountId: z.string(),
  /** The API key that asked for the link: revoking it closes the link. */
  keyId: z.string(),
  expiresAtMs: z.number(),
  /** Absent in links that were made before they were stored. */
  linkId: z.string().optional(),
});
export type Grant = z.infer<typeof Grant>;

/**
 * `p1.<id of the encryption key>.<grant>.<MAC>`: the token is not stored. The MAC's key is derived from the encryption key, so a
 * rotation that retires it closes all links that were signed under it.
 */
export function signGrant(keyring: Keyring, grant: Grant): string {
  const keyId = Buffer.from(keyring.currentId).toString('base64url');
  const signed = [VERSION, keyId, Buffer.from(JSON.stringify(grant)).toString('base64url')].join('.');
  return `${signed}.${mac(keyring.key(keyring.currentId)!, signed)}`;
}

/** The grant of a token that we signed; null for anything else. Whether it has expired is the caller's to ask. */
export function readGrant(keyring: Keyring, token: string): Grant | null {
  const [version, keyId, grant, signature, ...rest] = token.split('.');
  if (version !== VERSION || keyId === undefined || grant === undefined || signature === undefined || rest.length > 0) {
    return null;
  }
  const key = keyring.key(Buffer.from(keyId, 'base64url').toString());
  if (key === null) return null;
  const expected = Buffer.from(mac(key, [version, keyId, grant].join('.')));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  return Grant.parse(JSON.parse(Buffer.from(grant, 'base64url').toString()));
}

const mac = (encryptionKey: Buffer, text: string): string => {
  const key = Buffer.from(hkdfSync('sha256', encryptionKey, '', 'sluice portal links', 32));
  return createHmac('sha256', key).update(text).digest('base64url');
};
