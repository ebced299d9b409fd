import type { KeyScope } from '@sluice/contracts/principal';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RegistryUnderTest, refusal, startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';

let registry: RegistryUnderTest;
let tenant: Tenant;
const keys: string[] = [];

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  tenant = await Tenant.make(registry);
  const other = await Tenant.make(registry);
  for (let count = 0; count < 3; count++) {
    keys.push((await tenant.key('live')).id);
    await other.key('live');
    registry.clock.advance(60_000);
  }
});
afterAll(() => registry.close());

const list = (wanted: object = {}) =>
  value(registry.commands.listAudit({ credential: tenant.credential, limit: 10, ...wanted }));
const subjects = async (wanted: object) => (await list(wanted)).entries.map(({ subject }) => subject);

test("the account's entries are shown, the newest first, page by page", async () => {
  const { entries, more } = await list({ action: 'key.created', limit: 2 });
  expect(entries.map(({ subject }) => subject)).toEqual([keys[2], keys[1]]);
  expect(more).toBe(true);
  const rest = await list({ action: 'key.created', before: entries.at(-1)!.id });
  expect(rest.entries.map(({ subject }) => subject).slice(0, 1)).toEqual([keys[0]]);
  // The account and its first key.
  expect(rest.entries).toHaveLength(2);
  expect(rest.more).toBe(false);
});

test('they are chosen by action, subject and time, of which the end is excluded', async () => {
  expect(await subjects({ subject: keys[1] })).toEqual([keys[1]]);
  expect(await subjects({ action: 'account.created' })).toEqual([tenant.accountId]);
  const { at } = (await list({ subject: keys[1] })).entries[0]!;
  const { at: next } = (await list({ subject: keys[2] })).entries[0]!;
  expect(await subjects({ since: at, until: next })).toEqual([keys[1]]);
  // A moment of our API, of a year that PostgreSQL writes otherwise.
  expect(await subjects({ until: '0000-01-01T00:00:00Z' })).toEqual([]);
  expect(await subjects({ since: '0000-01-01T00:00:00Z', subject: keys[1] })).toEqual([keys[1]]);
});

test('who does not manage the account does not see them', async () => {
  const { key } = await tenant.key('live');
  const asked = registry.commands.listAudit({ credential: key, limit: 1 });
  expect(await refusal(asked)).toMatchObject({ code: 'forbidden', message: expect.stringContaining('scope admin') });
});

test('what a dispatcher did at the word of somebody who may write stands on it', async () => {
  const { key, id: keyId } = await tenant.key('live');
  const act = { action: 'job.created', subject: 'job_1', from: '203.0.113.9' } as const;
  await value(registry.commands.recordAct({ credential: key, ...act }));
  expect((await list({ subject: 'job_1' })).entries).toMatchObject([{ ...act, keyId, reason: null }]);
  const { key: test } = await tenant.key('test');
  expect((await registry.commands.recordAct({ credential: test, ...act })).ok).toBe(false);
  expect((await list({ subject: 'job_1' })).entries).toHaveLength(1);
});

test('what a dispatcher did to dead letters stands on it at the word of who may publish, and of nobody else', async () => {
  const keyWith = (scope: KeyScope) =>
    value(registry.commands.createKey({ credential: tenant.credential, scopes: [scope], audience: 'own' }));
  const act = { action: 'dead_letter.dropped', subject: 'dlt_1' } as const;
  const { key: writer } = await keyWith('write');
  expect((await registry.commands.recordAct({ credential: writer, ...act })).ok).toBe(false);
  const { key: publisher } = await keyWith('publish');
  await value(registry.commands.recordAct({ credential: publisher, ...act }));
  expect((await list({ subject: 'dlt_1' })).entries).toHaveLength(1);
  expect((await registry.commands.recordAct({ credential: publisher, ...act, action: 'job.created' })).ok).toBe(false);
});
