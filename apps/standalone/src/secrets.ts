import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { KEY_BYTES } from '@sluice/registry/encryption/keyring';
import { readState, writeState } from './state-file.js';

/** What an operator would configure, made at the first start. */
export interface StandaloneSecrets {
  /** What webhook secrets are encrypted with: 32 bytes as base64. */
  encryptionKey: string;
}

export function standaloneSecrets(directory: string): StandaloneSecrets {
  const path = join(directory, 'secrets.json');
  const known = readState<StandaloneSecrets>(path);
  if (known !== null) return known;
  const made: StandaloneSecrets = {
    encryptionKey: randomBytes(KEY_BYTES).toString('base64'),
  };
  writeState(path, made);
  return made;
}
