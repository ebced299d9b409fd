import { createHmac } from 'node:crypto';
import { secretKey } from './secret.js';

/** One attempt of a delivery, as it is signed. */
export interface SignedContent {
  /** The `webhook-id`. */
  id: string;
  /** The `webhook-timestamp`: when this attempt was made, Unix time in whole seconds. */
  timestampSeconds: number;
  /** Exactly the bytes that are sent. */
  body: Uint8Array;
}

/**
 * The value of `webhook-signature` by Standard Webhooks v1: one signature for each secret, all of them valid at once
 * while a secret is being rotated, separated by spaces.
 *
 * @throws when the id has a full stop or white space (the signed text could then be read in two ways), the time is not in
 * whole seconds, or there is no well-formed secret.
 */
export function sign({ secrets, ...content }: SignedContent & { secrets: readonly string[] }): string {
  if (!/^[^.\s]+$/.test(content.id)) throw new Error('A webhook-id has no full stop and no white space');
  if (!Number.isSafeInteger(content.timestampSeconds)) throw new Error('A webhook-timestamp is in whole seconds');
  if (secrets.length === 0) throw new Error('A delivery is signed with at least one secret');
  return secrets.map((secret) => signature(content, secret)).join(' ');
}

/** One signature, `v1,<base64>`, over `id.timestamp.body`. */
export function signature({ id, timestampSeconds, body }: SignedContent, secret: string): string {
  const hmac = createHmac('sha256', secretKey(secret)).update(`${id}.${timestampSeconds}.`).update(body);
  return `v1,${hmac.digest('base64')}`;
}
