import { registryCommands } from '@sluice/contracts/registry-commands';
import { migratePostgresStream } from '@sluice/event-stream/postgres/migrate';
import { openPostgresStream } from '@sluice/event-stream/postgres/postgres-stream';
import { systemClock } from '@sluice/service-kit/clock';
import { commandClient } from '@sluice/service-kit/command-client';
import { createLogger } from '@sluice/service-kit/logger';
import { createMetrics } from '@sluice/service-kit/metrics';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import { createDatabase, type TestDatabase } from '@sluice/testing/postgres';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bootstrapAccount } from './bootstrap/bootstrap.js';
import { migrateRegistry } from './migrate.js';
import { startRegistry } from './start.js';
import { wanted } from './testing/registry-under-test.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await createDatabase();
});
afterEach(() => database.close());

const token = 'a-token-of-16-characters';

async function start(port: number | null) {
  await migratePostgresStream(database.url);
  const stream = await openPostgresStream({ connectionString: database.url });
  const config = {
    databaseUrl: database.url,
    encryptionKeys: [{ id: 'a', key: Buffer.alloc(32, 1) }],
    allowedTargets: [],
    webhooksPerAccount: 10,
    sources: null,
    baseRate: { perSecond: 5, penaltySeconds: 0 },
    oidc: null,
    internal: port === null ? null : { host: '127.0.0.1', port, token },
  };
  const logger = createLogger({ service: 'test', level: 'silent' });
  try {
    const registry = await startRegistry(config, { logger, stream, clock: systemClock, metrics: createMetrics() });
    return { ...registry, stop: () => registry.stop().then(() => stream.close()) };
  } catch (error) {
    await stream.close();
    throw error;
  }
}

test('a registry does not start on a database that was not migrated', async () => {
  await expect(start(null)).rejects.toThrow('run the migrations');
});

test('it does its work over its internal port', async () => {
  await migrateRegistry(database.url);
  const registry = await start(0);
  const { port } = registry;
  const operator = await bootstrapAccount(registry.database, 'Operator');
  const client = commandClient(registryCommands, { baseUrl: `http://127.0.0.1:${port}`, token, timeoutMs: 5_000 });
  const created = await client.createWebhook({ ...wanted, credential: operator!.keys.live.key });
  expect(created).toMatchObject({ ok: true, value: { revision: 1 } });
  expect(await client.revision({})).toEqual({ revision: 1 });
  const page = await client.follow({ dispatcher: 'd', after: 0, waitMs: 0, limit: 10 });
  expect(page.changes).toHaveLength(1);
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  await registry.stop();
});

test('a database that goes away makes commands unavailable; when it is back, so are they, and so are the bells', async () => {
  await migrateRegistry(database.url);
  const registry = await start(null);
  const operator = await bootstrapAccount(registry.database, 'Operator');
  const credential = operator!.keys.live.key;
  const administrator = new URL(database.url);
  const name = administrator.pathname.slice(1);
  administrator.pathname = '/postgres';
  const client = new pg.Client({ connectionString: administrator.href });
  await client.connect();
  const allow = (connections: boolean) => client.query(`alter database ${name} allow_connections ${connections}`);

  await allow(false);
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  await expect(registry.commands.createWebhook({ ...wanted, credential })).rejects.toThrow(ServiceUnavailable);
  expect(await registry.problems()).toEqual([expect.stringContaining('the database does not answer')]);

  await allow(true);
  await expect.poll(() => registry.problems()).toEqual([]);
  const listening = `select 1 from pg_stat_activity where datname = '${name}' and application_name = 'sluice-registry-bells'`;
  await expect.poll(async () => (await client.query(listening)).rowCount, { timeout: 10_000 }).toBe(1);
  expect((await registry.commands.createWebhook({ ...wanted, credential })).ok).toBe(true);
  await client.end();
  await registry.stop();
});
