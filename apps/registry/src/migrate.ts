import pg from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions, REGISTRY_SCHEMA } from './data-source.js';

/** Any number that nothing else locks in this database. */
const ADVISORY_LOCK = 7_105_841_002;

/**
 * Brings the schema `registry` to the newest version; does nothing when it is there. Several processes may call it at
 * once: the others wait for the first. Throws what PostgreSQL says when a migration fails; nothing of it is left then.
 */
export async function migrateRegistry(connectionString: string): Promise<void> {
  const guard = new pg.Client({ connectionString });
  await guard.connect();
  try {
    await guard.query('select pg_advisory_lock($1)', [ADVISORY_LOCK]);
    // TypeORM keeps its table of done migrations in the schema, so the schema must be there before it looks.
    await guard.query(`create schema if not exists ${REGISTRY_SCHEMA}`);
    const source = new DataSource({ ...dataSourceOptions(connectionString), poolSize: 1, extra: {} });
    await source.initialize();
    try {
      await source.runMigrations({ transaction: 'each' });
    } finally {
      await source.destroy();
    }
  } finally {
    await guard.end();
  }
}

/** Whether the database has every migration that this version knows. Only looks. */
export async function isMigrated(database: DataSource): Promise<boolean> {
  const [found] = await database.query<{ there: boolean }[]>(
    "select to_regclass('registry.migration') is not null as there",
  );
  if (!found?.there) return false;
  const done = await database.query<{ name: string }[]>('select name from registry.migration');
  return database.migrations.every((migration) => done.some(({ name }) => name === migration.constructor.name));
}
