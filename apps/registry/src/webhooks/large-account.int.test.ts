import { createDatabase, type TestDatabase } from '@sluice/testing/postgres';
import { rowsLookedAt } from '@sluice/testing/rows-looked-at';
import { DataSource, type Logger } from 'typeorm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listAudit } from '../audit/list-audit.js';
import { dataSourceOptions } from '../data-source.js';
import { migrateRegistry } from '../migrate.js';
import { listWebhooks } from './webhook-list.js';

const WEBHOOKS = 10_000;
const ENTRIES = 50_000;

let created: TestDatabase;
let database: DataSource;
let asked: { query: string; parameters: unknown[] }[] = [];

/** Keeps what is asked. */
const logger = {
  logQuery: (query: string, parameters: unknown[] = []) => asked.push({ query, parameters }),
  logQueryError: () => {},
  logQuerySlow: () => {},
  logSchemaBuild: () => {},
  logMigration: () => {},
  log: () => {},
} satisfies Logger;

beforeAll(async () => {
  created = await createDatabase();
  await migrateRegistry(created.url);
  database = await new DataSource({ ...dataSourceOptions(created.url), logging: ['query'], logger }).initialize();
  for (const id of ['large', 'other']) {
    await database.query(`insert into registry.account (id, name, operator) values ($1, $1, false)`, [id]);
  }
  await database.query(`
    insert into registry.webhook (id, account_id, dialect, endpoint, event_type, state, created_at, created_revision, revision)
    select 'w' || n, case when n % 100 = 0 then 'other' else 'large' end, 'airstack', 'https://example.org/' || n, 't',
      case when n % 1000 = 1 then 'disabled' else 'enabled' end, now(), n, n from generate_series(1, ${WEBHOOKS}) n`);
  await database.query(`
    insert into registry.audit_entry (at, account_id, key_id, action, subject)
    select now() - (${ENTRIES} - n) * interval '1 minute', 'large', 'key_1',
      case when n % 1000 = 0 then 'webhook.disabled' else 'webhook.created' end, 'w' || n % ${WEBHOOKS}
    from generate_series(1, ${ENTRIES}) n`);
  await database.query('vacuum analyze');
});
afterAll(async () => {
  await database.destroy();
  await created.close();
});

const ago = (days: number): string => new Date(Date.now() - days * 24 * 3_600_000).toISOString();

const READS: Record<string, () => Promise<unknown[]>> = {
  'the newest webhooks': () => webhooks({}),
  'webhooks behind others': () => webhooks({ before: 'w5001' }),
  'webhooks in a state': () => webhooks({ state: 'disabled', limit: 9 }),
  'webhooks in a state behind others': () => webhooks({ state: 'disabled', before: 'w5001', limit: 4 }),
  'the newest entries': () => entries({}),
  'entries behind others': () => entries({ before: '20000' }),
  'entries of an action': () => entries({ action: 'webhook.disabled', limit: 50 }),
  'entries of a subject': () => entries({ subject: 'w77', limit: 5 }),
  'entries of some days': () => entries({ since: ago(21), until: ago(20) }),
};

const webhooks = async (wanted: object) => (await listWebhooks(database, 'large', { limit: 50, ...wanted })).webhooks;
const entries = async (wanted: object) => (await listAudit(database, 'large', { limit: 50, ...wanted })).entries;

test.each(Object.keys(READS))('a page of a large account looks at little more than what is on it: %s', async (name) => {
  asked = [];
  expect((await READS[name]!()).length).toBeGreaterThan(3);
  for (const { query, parameters } of [...asked]) {
    const rows = await database.query(`explain (analyze, costs off, timing off) ${query}`, parameters);
    const plan = rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n');
    expect(rowsLookedAt(plan), plan).toBeLessThan(150);
  }
});
