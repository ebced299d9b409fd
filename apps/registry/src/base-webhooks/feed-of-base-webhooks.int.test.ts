import { randomBytes } from 'node:crypto';
import { BaseWebhook } from '@sluice/contracts/webhook-feed';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Keyring } from '../encryption/keyring.js';
import { rotateEncryptionKeys } from '../key-rotation/rotate-encryption-keys.js';
import { withDatabase } from '../run-once.js';
import { type BaseUnderTest, createBaseUnderTest, SPECIFICATION } from '../testing/base-under-test.js';
import { publishedFacts } from '../testing/published-facts.js';
import {
  type RegistryUnderTest,
  refusal,
  startRegistryUnderTest,
  value,
  wanted,
} from '../testing/registry-under-test.js';

const first = { id: 'first', key: randomBytes(32) };
const second = { id: 'second', key: randomBytes(32) };
const NOTIFICATION_URL = 'https://EXAMPLE.org/hook';

let registry: RegistryUnderTest;
let commands: RegistryUnderTest['commands'];
let base: BaseUnderTest;
let credential: string;
let baseId: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest({ encryptionKeys: [first] });
  ({ commands } = registry);
});
afterAll(() => registry.close());
beforeEach(async () => {
  base = await createBaseUnderTest(registry);
  ({ creator: credential, baseId } = base);
});

const create = (changes: { notificationUrl?: string | null; specification?: string } = {}) =>
  value(
    commands.createBaseWebhook({
      credential,
      baseId,
      notificationUrl: NOTIFICATION_URL,
      specification: SPECIFICATION,
      ...changes,
    }),
  );
const ask = (webhookId: string) => ({ credential, baseId, webhookId });

/** The feed behind a revision, as one who reads it and then goes. */
async function feedAfter(after: number, of = commands) {
  const { changes } = await of.follow({ dispatcher: 'reader', after, waitMs: 0, limit: 1_000 });
  await of.leave({ dispatcher: 'reader' });
  return changes;
}

test('dispatchers get what they need, and a new state with each change', async () => {
  const specification = `{ "options": {"filters":{"dataTypes":["tableData"],"recordChangeScope":"${base.tableId}","changeTypes":null}} }`;
  const { id, macSecretBase64, revision } = await create({ specification });
  const [created] = await feedAfter(revision - 1);
  expect(created).toEqual({
    revision,
    webhookId: id,
    webhook: {
      id,
      dialect: 'airtable',
      accountId: base.accountId,
      eventType: 'table.changed',
      baseId,
      specification: { filters: { dataTypes: ['tableData'], recordChangeScope: base.tableId } },
      endpoint: NOTIFICATION_URL,
      notificationsEnabled: true,
      state: 'enabled',
      macSecretBase64,
      createdAt: expect.stringMatching(/Z$/),
      createdRevision: revision,
    },
  });
  expect(BaseWebhook.parse(JSON.parse(JSON.stringify(created!.webhook)))).toEqual(created!.webhook);

  const newest = async () => (await feedAfter(revision)).map(({ webhook }) => webhook as BaseWebhook | null);
  await value(commands.enableNotifications({ ...ask(id), enable: false }));
  expect(await newest()).toMatchObject([
    { id, notificationsEnabled: false, state: 'enabled', createdRevision: revision },
  ]);
  await commands.invalidateWebhook({ webhookId: id, reason: 'gone' });
  expect(await newest()).toMatchObject([{ id, state: 'invalid', macSecretBase64 }]);
  await value(commands.deleteBaseWebhook(ask(id)));
  expect(await newest()).toEqual([null]);
});

test('a webhook without a URL has no endpoint and no notifications', async () => {
  const { revision } = await create({ notificationUrl: null });
  expect((await feedAfter(revision - 1))[0]!.webhook).toMatchObject({ endpoint: null, notificationsEnabled: false });
});

test('each change becomes one fact, in the order of revisions, without secrets', async () => {
  const { id, revision, macSecretBase64 } = await create();
  await value(commands.enableNotifications({ ...ask(id), enable: false }));
  await value(commands.enableNotifications({ ...ask(id), enable: true }));
  await commands.disableNotifications({ webhookId: id, reason: 'no answer' });
  await commands.invalidateWebhook({ webhookId: id, reason: 'the table is gone' });
  await value(commands.readPayloads(ask(id)));
  await value(commands.deleteBaseWebhook(ask(id)));
  const facts = await publishedFacts(registry, id);
  const about = {
    webhookId: id,
    accountId: base.accountId,
    eventType: 'table.changed',
    endpoint: NOTIFICATION_URL,
    baseId,
  };
  const at = expect.stringMatching(/Z$/);
  expect(facts).toEqual([
    { type: 'webhook.created', revision, ...about, at },
    { type: 'webhook.updated', revision: revision + 1, ...about, at },
    { type: 'webhook.updated', revision: revision + 2, ...about, at },
    { type: 'webhook.updated', revision: revision + 3, reason: 'no answer', ...about, at },
    { type: 'webhook.disabled', revision: revision + 4, reason: 'the table is gone', ...about, at },
    { type: 'webhook.deleted', revision: revision + 5, ...about, at },
  ]);
  expect(JSON.stringify(facts)).not.toContain(macSecretBase64);
});

test.each(['deleteBaseWebhook', 'enableNotifications'] as const)(
  '%s is answered when every living dispatcher has applied it, the first time and when asked again',
  async (command) => {
    const gone = await create();
    await value(commands.deleteBaseWebhook(ask(gone.id)));
    const { id, revision } = await create();
    const report = (after: number) => commands.follow({ dispatcher: 'd', after, waitMs: 0, limit: 10 });
    await report(revision);
    let answered = 0;
    const begin = () =>
      commands[command]({ ...ask(id), enable: false }).finally(() => {
        answered += 1;
      });
    const first = begin();
    await expect.poll(async () => (await commands.revision({})).revision).toBe(revision + 1);
    const again = begin();
    // Having read it is not having applied it. The leases are looked at twice more: what could be answered has been.
    await report(revision);
    for (let look = 0; look < 2; look++) await refusal(commands.deleteBaseWebhook(ask(gone.id)));
    expect(answered).toBe(0);
    await report(revision + 1);
    expect(await first).toEqual({ ok: true, value: { revision: revision + 1 } });
    expect((await again).ok).toBe(command === 'enableNotifications');
    await commands.leave({ dispatcher: 'd' });
  },
);

test('what a dispatcher itself asks for does not wait for dispatchers', async () => {
  const { id, revision } = await create();
  const report = () => commands.follow({ dispatcher: 'd', after: revision, waitMs: 0, limit: 1 });
  await report();
  let asking = true;
  // It lives on and applies nothing: who waited for it would fail.
  const living = (async () => {
    while (asking) await report();
  })();
  expect(await commands.disableNotifications({ webhookId: id, reason: 'x' })).toEqual({ revision: revision + 1 });
  expect(await commands.invalidateWebhook({ webhookId: id, reason: 'x' })).toEqual({ revision: revision + 2 });
  asking = false;
  await living;
  await commands.leave({ dispatcher: 'd' });
});

test('the secret stands nowhere in the database, and is sealed anew when keys rotate', async () => {
  const { id, macSecretBase64, revision } = await create();
  const silent = await create({ notificationUrl: null });
  const rows = await registry.database.query<{ sealed: Buffer }[]>('select * from registry.webhook where id = $1', [
    id,
  ]);
  const stored = JSON.stringify(rows) + rows[0]!.sealed.toString('latin1') + rows[0]!.sealed.toString('hex');
  for (const form of [macSecretBase64, Buffer.from(macSecretBase64, 'base64').toString('hex')]) {
    expect(stored).not.toContain(form);
  }
  const keyring = new Keyring([second, first]);
  const before = (await commands.revision({})).revision;
  await withDatabase(registry.databaseUrl, (database) => rotateEncryptionKeys(database, keyring));
  expect((await commands.revision({})).revision).toBe(before);
  const rotated = await registry.another({ encryptionKeys: [second] });
  const secrets = (await feedAfter(revision - 1, rotated.commands)).map(({ webhook }) => webhook);
  expect(secrets).toMatchObject([
    { id, macSecretBase64 },
    { id: silent.id, macSecretBase64: silent.macSecretBase64 },
  ]);
  await rotated.stop();
  await withDatabase(registry.databaseUrl, (database) => rotateEncryptionKeys(database, new Keyring([first, second])));
});

test('what somebody changed in the table is not pinged, or not generated, and the others go on', async () => {
  const [moved, garbled, untouched] = [await create(), await create(), await create()];
  const { database } = registry;
  await database.query(`update registry.webhook set endpoint = 'https://attacker.example/' where id = $1`, [moved.id]);
  await database.query(`update registry.webhook set specification = '{' where id = $1`, [garbled.id]);
  const feed = (await feedAfter(moved.revision - 1)).map(({ webhook }) => webhook);
  expect(feed).toMatchObject([
    { id: moved.id, notificationsEnabled: false, state: 'enabled' },
    { id: garbled.id, state: 'invalid' },
    { id: untouched.id, notificationsEnabled: true, state: 'enabled', macSecretBase64: untouched.macSecretBase64 },
  ]);
  expect(JSON.stringify(feed)).not.toContain(moved.macSecretBase64);
  await database.query('delete from registry.webhook where id = any ($1)', [[moved.id, garbled.id]]);
});

test('both dialects share the feed', async () => {
  const { id, revision } = await create();
  const filterWebhook = await value(commands.createWebhook({ ...wanted, credential: base.adminKey }));
  const feed = await feedAfter(revision - 1);
  expect(feed.map(({ webhook }) => [webhook?.id, webhook?.dialect])).toEqual([
    [id, 'airtable'],
    [filterWebhook.id, 'airstack'],
  ]);
  expect(await refusal(commands.deleteBaseWebhook(ask(filterWebhook.id)))).toMatchObject({ code: 'not_found' });
});
