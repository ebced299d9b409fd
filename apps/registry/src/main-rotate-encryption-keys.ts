import 'reflect-metadata';
import { parseConfiguration } from '@sluice/service-kit/configuration';
import { rotationEnvironment } from './config.js';
import { Keyring } from './encryption/keyring.js';
import { rotateEncryptionKeys } from './key-rotation/rotate-encryption-keys.js';
import { runOnce, withDatabase } from './run-once.js';

/** For when every registry has been restarted with a new key first in ENCRYPTION_KEYS, and the old ones behind it. */
await runOnce(async () => {
  const { databaseUrl, encryptionKeys } = parseConfiguration(rotationEnvironment, process.env);
  const keyring = new Keyring(encryptionKeys);
  const rotated = await withDatabase(databaseUrl, (database) => rotateEncryptionKeys(database, keyring));
  process.stdout.write(
    `Re-encrypted ${rotated} webhooks and remembered answers; all are under the key "${keyring.currentId}" now.\n`,
  );
});
