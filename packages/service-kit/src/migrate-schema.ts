import pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';

/** A schema of the database, and the way to its newest version. */
export interface SchemaMigrations {
  connectionString: string;
  schema: string;
  /** Oldest first. */
  migrations: (new () => MigrationInterface)[];
  /** Any number that nothing else locks in the database. */
  advisoryLock: number;
}

/**
 * Brings a schema to its newest version, making it when it is missing; does nothing when it is there. The migrations done
 * stand in its table `migration`. Several processes may call it at once: the others wait for the first. Throws what
 * PostgreSQL says when a migration fails; nothing of that one is left then.
 */
export async function migrateSchema(options: SchemaMigrations): Promise<void> {
  const { connectionString, schema, migrations, advisoryLock } = options;
  const guard = new pg.Client({ connectionString });
  await guard.connect();
  try {
    await guard.query('select pg_advisory_lock($1)', [advisoryLock]);
    // TypeORM keeps its table of done migrations in the schema, so the schema must be there before it looks.
    await guard.query(`create schema if not exists ${guard.escapeIdentifier(schema)}`);
    const source = new DataSource({
      type: 'postgres',
      url: connectionString,
      schema,
      migrations,
      migrationsTableName: 'migration',
      poolSize: 1,
    });
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
