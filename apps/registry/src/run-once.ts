import { ConfigurationError } from '@sluice/service-kit/configuration';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.js';
import { isMigrated } from './migrate.js';

/** The life of a command that does one thing and ends. Exit codes: 0 done, 1 failed, 2 mistakes in the configuration. */
export async function runOnce(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const misconfigured = error instanceof ConfigurationError;
    const reason = misconfigured ? error.mistakes.join('\n') : error instanceof Error ? error.message : String(error);
    process.stderr.write(`${reason}\n`);
    process.exitCode = misconfigured ? 2 : 1;
  }
}

/** Lends the registry's database to some work. @throws when it was not migrated. */
export async function withDatabase<T>(databaseUrl: string, work: (database: DataSource) => Promise<T>): Promise<T> {
  const database = await new DataSource(dataSourceOptions(databaseUrl)).initialize();
  try {
    if (!(await isMigrated(database)))
      throw new Error('The schema registry is not up to date: run the migrations first.');
    return await work(database);
  } finally {
    await database.destroy();
  }
}
