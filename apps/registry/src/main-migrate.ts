import 'reflect-metadata';
import { parseConfiguration } from '@sluice/service-kit/configuration';
import { migrationEnvironment } from './config.js';
import { migrateRegistry } from './migrate.js';
import { runOnce } from './run-once.js';

await runOnce(async () => {
  const { databaseUrl } = parseConfiguration(migrationEnvironment, process.env);
  await migrateRegistry(databaseUrl);
  process.stdout.write('The schema registry is up to date.\n');
});
