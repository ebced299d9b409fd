import { createDatabase } from '@sluice/testing/postgres';
import { DataSource } from 'typeorm';
import { expect, test } from 'vitest';
import { dataSourceOptions, REGISTRY_MIGRATIONS } from './data-source.js';
import { migrateRegistry } from './migrate.js';

test('the migrations make exactly the tables that the entities describe, also when two processes run them at once', async () => {
  const database = await createDatabase();
  await Promise.all([migrateRegistry(database.url), migrateRegistry(database.url)]);
  await migrateRegistry(database.url);

  const source = await new DataSource(dataSourceOptions(database.url)).initialize();
  try {
    const wouldChange = await source.driver.createSchemaBuilder().log();
    expect(wouldChange.upQueries.map(({ query }) => query)).toEqual([]);
    expect(await source.query('select name from registry.migration')).toHaveLength(REGISTRY_MIGRATIONS.length);
  } finally {
    await source.destroy();
    await database.close();
  }
});
