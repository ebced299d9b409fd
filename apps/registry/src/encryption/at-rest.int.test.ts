import { randomBytes, randomUUID } from 'node:crypto';
import { ConfigurationError } from '@sluice/service-kit/configuration';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rotateEncryptionKeys } from '../key-rotation/rotate-encryption-keys.js';
import { withDatabase } from '../run-once.js';
import { type RegistryUnderTest, startRegistryUnderTest, value, wanted } from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';
import { Keyring, UnreadableSeal } from './keyring.js';

const first = { id: 'first', key: randomBytes(32) };
const second = { id: 'second', key: randomBytes(32) };

let registry: RegistryUnderTest;
let credential: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest({ encryptionKeys: [first] });
  credential = registry.operator.keys.live.key;
});
afterAll(() => registry.close());

const create = () => value(registry.commands.createWebhook({ ...wanted, credential }));

/** Has an answer remembered that shows this secret. Answers how to ask for it. */
async function remember(secret: string) {
  const request = { credential, key: randomUUID() };
  const begun = await value(registry.commands.beginRequest({ ...request, fingerprint: 'AAAA' }));
  if (begun.is !== 'first') throw new Error(`it is ${begun.is}`);
  const answer = { status: 201, contentType: 'application/json', body: JSON.stringify({ secret }) };
  await value(registry.commands.settleRequest({ ...request, lease: begun.lease, answer }));
  return { ...request, fingerprint: 'AAAA', answer };
}

/** Every cell of every table as text, those of the event stream included; bytes both as hexadecimal and as they read. */
async function everythingStored(): Promise<string> {
  const tables = await registry.database.query<{ schema: string; name: string }[]>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_schema in ('registry', 'stream')`,
  );
  expect(tables.length).toBeGreaterThan(10);
  const texts: string[] = [];
  for (const { schema, name } of tables) {
    for (const row of await registry.database.query<Record<string, unknown>[]>(`select * from ${schema}."${name}"`)) {
      for (const cell of Object.values(row)) {
        texts.push(Buffer.isBuffer(cell) ? `${cell.toString('hex')} ${cell.toString('latin1')}` : JSON.stringify(cell));
      }
    }
  }
  return texts.join('\n');
}

test('no secret and no key stands anywhere in the database', async () => {
  const { header, signingSecret, id } = await create();
  await value(registry.commands.webhookSecret({ credential, webhookId: id }));
  await registry.commands.disableWebhook({ webhookId: id, reason: '410' });
  await remember(signingSecret);
  await expect.poll(() => registry.database.query('select 1 from registry.webhook_fact')).toEqual([]);

  const stored = await everythingStored();
  expect(stored).toContain(id);
  const random = Buffer.from(signingSecret.slice('whsec_'.length), 'base64');
  const { live, test: testKey, admin } = registry.operator.keys;
  for (const secret of [signingSecret, header.value, live.key, testKey.key, admin.key, first.key.toString('base64')]) {
    for (const form of [secret, secret.replace(/^[a-z_]+_/, ''), Buffer.from(secret).toString('hex')]) {
      expect(stored).not.toContain(form);
    }
  }
  expect(stored).not.toContain(random.toString('hex'));
});

test('keys rotate: in batches, for everything that is still there, without a new revision', async () => {
  const created = await Promise.all([1, 2, 3].map(create));
  const gone = await create();
  await value(registry.commands.deleteWebhook({ credential, webhookId: gone.id }));
  const { answer, ...repeated } = await remember('whsec_secret');
  const { revision } = await registry.commands.revision({});

  const keyring = new Keyring([second, first]);
  const rotate = () => withDatabase(registry.databaseUrl, (database) => rotateEncryptionKeys(database, keyring));
  expect(await rotate()).toBeGreaterThan(created.length);
  expect(await rotate()).toBe(0);
  expect((await registry.commands.revision({})).revision).toBe(revision);

  const { commands, stop } = await registry.another({ encryptionKeys: [second] });
  for (const { id, signingSecret } of created) {
    expect(await value(commands.webhookSecret({ credential, webhookId: id }))).toEqual({ secret: signingSecret });
  }
  expect(await value(commands.beginRequest(repeated))).toEqual({ is: 'answered', answer });
  await stop();
});

test('a registry does not start without a key that is still in use', async () => {
  await create();
  await remember('secret');
  const starting = registry.another({ encryptionKeys: [{ id: 'third', key: randomBytes(32) }] });
  await expect(starting).rejects.toThrow(ConfigurationError);
  const missing = /the key "first" is missing, and \d+ webhooks and \d+ remembered answers still need it/;
  await expect(starting).rejects.toThrow(missing);
});

test('a webhook whose endpoint was changed in the table is held back, and the others are not', async () => {
  const { commands, stop } = await registry.another({ encryptionKeys: [first, second] });
  const [touched, untouched] = [await create(), await create()];
  await registry.database.query('update registry.webhook set endpoint = $1 where id = $2', [
    'https://attacker.example/',
    touched.id,
  ]);
  const { changes } = await commands.follow({ dispatcher: 'd', after: touched.revision - 1, waitMs: 0, limit: 10 });
  const [held, sent] = changes.map(({ webhook }) => webhook!);
  expect(held).toMatchObject({ id: touched.id, state: 'paused', headers: [] });
  expect(JSON.stringify(held)).not.toContain(touched.signingSecret);
  expect(sent).toMatchObject({ id: untouched.id, state: 'enabled', secrets: [{ secret: untouched.signingSecret }] });
  await commands.leave({ dispatcher: 'd' });
  await stop();
});

test("an answer that was moved to another account's request is not given to it", async () => {
  const { credential: stranger, accountId } = await Tenant.make(registry);
  const { answer, ...repeated } = await remember('secret');
  await registry.database.query('update registry.idempotent_request set account_id = $1 where key = $2', [
    accountId,
    repeated.key,
  ]);
  await expect(registry.commands.beginRequest({ ...repeated, credential: stranger })).rejects.toThrow(UnreadableSeal);
});
