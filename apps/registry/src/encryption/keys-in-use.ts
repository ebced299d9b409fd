import { ConfigurationError } from '@sluice/service-kit/configuration';
import type { DataSource } from 'typeorm';
import type { Keyring } from './keyring.js';

/**
 * Refuses to start without a key that something is still encrypted under: its webhooks could not be delivered, and requests
 * that are repeated not answered as before.
 *
 * @throws {ConfigurationError} naming each missing key.
 */
export async function demandKeysInUse(database: DataSource, keyring: Keyring): Promise<void> {
  const used = await database.query<{ id: string; things: string }[]>(
    `select id, string_agg(count || ' ' || what, ' and ' order by what desc) as things
     from (
       select sealing_key as id, 'webhooks' as what, count(*) from registry.webhook group by 1
       union all
       select sealing_key, 'remembered answers', count(*) from registry.idempotent_request group by 1
     ) sealed
     where id <> all ($1) group by id order by id`,
    [keyring.ids],
  );
  if (used.length === 0) return;
  throw new ConfigurationError(
    used.map(({ id, things }) => `ENCRYPTION_KEYS: the key "${id}" is missing, and ${things} still need it`),
  );
}
