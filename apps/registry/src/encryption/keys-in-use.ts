import { ConfigurationError } from '@sluice/service-kit/configuration';
import type { DataSource } from 'typeorm';
import type { Keyring } from './keyring.js';

/**
 * Refuses to start without a key that something is still encrypted under: its webhooks could not be delivered.
 *
 * @throws {ConfigurationError} naming each missing key.
 */
export async function demandKeysInUse(database: DataSource, keyring: Keyring): Promise<void> {
  const used = await database.query<{ id: string; webhooks: string }[]>(
    `select sealing_key as id, count(*) as webhooks from registry.webhook
     where sealing_key is not null and sealing_key <> all ($1) group by 1 order by 1`,
    [keyring.ids],
  );
  if (used.length === 0) return;
  throw new ConfigurationError(
    used.map(
      ({ id, webhooks }) => `ENCRYPTION_KEYS: the key "${id}" is missing, and ${webhooks} webhooks still need it`,
    ),
  );
}
