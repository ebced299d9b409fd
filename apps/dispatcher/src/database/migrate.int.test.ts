import { readdirSync } from 'node:fs';
import { createDatabase, type TestDatabase } from '@sluice/testing/postgres';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrateDispatcher } from './migrate.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await createDatabase();
});

afterEach(() => database.close());

test('two processes may migrate at once, and a migrated database is left as it is', async () => {
  await Promise.all([migrateDispatcher(database.url), migrateDispatcher(database.url)]);
  await migrateDispatcher(database.url);

  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query('select name from dispatch.migration');
    expect(rows).toHaveLength(readdirSync(new URL('../migrations/', import.meta.url)).length);
    const tables = await client.query(
      `select relname from pg_class where relnamespace = 'dispatch'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`,
    );
    expect(tables.rows.map((row) => row.relname)).toEqual([
      'attempt',
      'base',
      'dead_letter',
      'delivery',
      'event',
      'event_body',
      'job',
      'kept_body',
      'lane',
      'migration',
      'operational_event',
      'partition',
      'payload',
      'payload_list',
      'pending',
      'ping',
      'ping_result',
      'recent_event',
      'registry_note',
      'rollup',
      'webhook_health',
    ]);
  } finally {
    await client.end();
  }
});
