import { randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
/** Standard Webhooks allows keys of 24 to 64 bytes. */
const KEY_BYTES = { new: 32, least: 24, most: 64 } as const;

/** A new signing secret: `whsec_` and the base64 of 32 random bytes. */
export const newSecret = (): string => PREFIX + randomBytes(KEY_BYTES.new).toString('base64');

/**
 * The key in a secret as Standard Webhooks writes it: `whsec_` and the base64 of 24 to 64 bytes.
 *
 * @throws when it is not written so; the message does not repeat the secret.
 */
export function secretKey(secret: string): Buffer {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  const key = Buffer.from(encoded, 'base64');
  // Node skips what is not base64: a key read so would not be the receiver's.
  if (key.toString('base64') !== encoded || key.length < KEY_BYTES.least || key.length > KEY_BYTES.most) {
    throw new Error(`A signing secret is ${PREFIX} and the base64 of ${KEY_BYTES.least} to ${KEY_BYTES.most} bytes`);
  }
  return key;
}
