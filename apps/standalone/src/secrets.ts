import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { KEY_BYTES } from '@sluice/registry/encryption/keyring';
import { readState, writeState } from './state-file.js';

/** What an operator would configure, made at the first start. */
export interface StandaloneSecrets {
  /** What webhook secrets are encrypted with: 32 bytes as base64, and the id that is stored beside what it encrypted. */
  encryptionKey: string;
  encryptionKeyId: string;
}

/** The secrets of an installation, from its directory; made and written there when there are none. */
export function standaloneSecrets(directory: string): StandaloneSecrets {
  const path = join(directory, 'secrets.json');
  const known = readState<StandaloneSecrets>(path);
  if (known !== null) return known;
  const made: StandaloneSecrets = {
    encryptionKey: randomBytes(KEY_BYTES).toString('base64'),
    // An id of its own: when this file is lost, what its key encrypted must not be taken for broken.
    encryptionKeyId: `standalone-${randomBytes(4).toString('hex')}`,
  };
  writeState(path, made);
  return made;
}
