import { migrateSchema } from '@sluice/service-kit/migrate-schema';
import type { DataSource } from 'typeorm';
import { REGISTRY_MIGRATIONS, REGISTRY_SCHEMA } from './data-source.js';

/** Brings the schema `registry` to the newest version: see {@link migrateSchema}. */
export const migrateRegistry = (connectionString: string): Promise<void> =>
  migrateSchema({
    connectionString,
    schema: REGISTRY_SCHEMA,
    migrations: REGISTRY_MIGRATIONS,
    advisoryLock: 7_105_841_002,
  });

/** Whether the database has every migration that this version knows. Only looks. */
export async function isMigrated(database: DataSource): Promise<boolean> {
  const [found] = await database.query<{ there: boolean }[]>(
    "select to_regclass('registry.migration') is not null as there",
  );
  if (!found?.there) return false;
  const done = await database.query<{ name: string }[]>('select name from registry.migration');
  return database.migrations.every((migration) => done.some(({ name }) => name === migration.constructor.name));
}
