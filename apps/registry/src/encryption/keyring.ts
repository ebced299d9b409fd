import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A key to encrypt with, and the id that is stored beside what it encrypted. */
export interface EncryptionKey {
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

/** What lies in the database: the id of the key, and nonce, tag and ciphertext in one. */
export interface Sealed {
  keyId: string;
  bytes: Buffer;
}

/** The text can't be read: its key is not in the keyring, or text or context were changed since it was sealed. */
export class UnreadableSeal extends Error {
  override readonly name = 'UnreadableSeal';
}

/** Encrypts with the newest key, decrypts with any that is still there. */
export class Keyring {
  private readonly current: EncryptionKey;
  private readonly keys: ReadonlyMap<string, Buffer>;

  /** @param keys the current one first. @throws when there is none, one is not 256 bits long, or an id comes twice. */
  constructor(keys: readonly EncryptionKey[]) {
    const [current] = keys;
    if (current === undefined) throw new Error('A keyring needs a key');
    if (keys.some(({ key }) => key.length !== KEY_BYTES)) throw new Error(`An encryption key has ${KEY_BYTES} bytes`);
    this.current = current;
    this.keys = new Map(keys.map(({ id, key }) => [id, key]));
    if (this.keys.size !== keys.length) throw new Error('The id of an encryption key is there twice');
  }

  get currentId(): string {
    return this.current.id;
  }

  get ids(): string[] {
    return [...this.keys.keys()];
  }

  /** The key of an id, for what is derived from it; null when it is not in the keyring. */
  key(id: string): Buffer | null {
    return this.keys.get(id) ?? null;
  }

  /** @param context must be the same when it is opened: it ties the ciphertext to the thing that it belongs to. */
  seal(text: string, context: string): Sealed {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.current.key, nonce).setAAD(Buffer.from(context));
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return { keyId: this.current.id, bytes: Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]) };
  }

  /** @throws {UnreadableSeal} */
  open({ keyId, bytes }: Sealed, context: string): string {
    const key = this.keys.get(keyId);
    if (key === undefined) throw new UnreadableSeal(`the encryption key ${JSON.stringify(keyId)} is not configured`);
    try {
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
      const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(context))
        .setAuthTag(tag);
      return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch (cause) {
      throw new UnreadableSeal('the ciphertext does not belong to its key and context', { cause });
    }
  }
}
