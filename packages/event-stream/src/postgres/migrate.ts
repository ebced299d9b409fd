import { DataSource } from 'typeorm';
import { CreateStreamLog1764000000000 } from './migrations/1764000000000-create-stream-log.js';

/** Any number, as long as nothing else in the database locks it. */
const MIGRATION_LOCK = 5_781_460_001;

/** Brings schema `stream` up to date. Two processes may call it at once: the second waits for the first. */
export async function migratePostgresStream(connectionString: string): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    url: connectionString,
    schema: 'stream',
    migrations: [CreateStreamLog1764000000000],
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
  });
  await source.initialize();
  const lock = source.createQueryRunner();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await lock.query('create schema if not exists stream');
    await source.runMigrations();
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await lock.release();
    await source.destroy();
  }
}
