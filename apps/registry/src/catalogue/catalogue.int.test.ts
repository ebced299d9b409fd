import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type RegistryUnderTest,
  refusal,
  startRegistryUnderTest,
  value,
  wanted,
} from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let credential: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  credential = await tenant();
});
afterAll(() => registry.close());

async function tenant(): Promise<string> {
  const { key } = registry.operator.keys.admin;
  return (await value(registry.commands.createAccount({ credential: key, name: 'Tenant' }))).adminKey.key;
}

const put = (name: string, schema: string | null = null, description = '', example: string | null = null) =>
  registry.commands.putEventType({ credential, name, description, schema, example });

const names = async (of = credential) =>
  (await value(registry.commands.catalogue({ credential: of }))).eventTypes.map(({ name }) => name);

const builtIn = [
  ...['profile.created', 'profile.updated', 'follow.created', 'follow.deleted', 'table.changed'],
  ...['webhook.disabled', 'webhook.failing', 'webhook.recovered', 'delivery.exhausted'],
];

test('every account has the four types of Airstack, the changes of tables, what is told of webhooks, and its own beside them', async () => {
  expect(await names()).toEqual(builtIn);
  await value(put('order.paid', '{"type":"object"}', 'An order was paid.'));
  await value(put('order.paid', '{ "minimum": 1e400, "type": "number" }', '', '1E400'));
  const { eventTypes } = await value(registry.commands.catalogue({ credential }));
  expect(eventTypes.at(-1)).toEqual({
    name: 'order.paid',
    description: '',
    schema: '{ "minimum": 1e400, "type": "number" }',
    example: '1E400',
    builtIn: false,
    tag: expect.any(String),
  });
  expect(await names(await tenant())).toEqual(builtIn);

  await value(registry.commands.createWebhook({ ...wanted, credential, eventType: 'order.paid' }));
  await value(registry.commands.createWebhook({ ...wanted, credential, eventType: 'webhook.failing' }));
});

test("a built-in type counts before an account's own of the same name, which may be older than it", async () => {
  const { accountId } = await value(registry.commands.authorize({ credential, purpose: 'manage' }));
  await registry.database.query(
    "insert into registry.event_type (account_id, name, description) values ($1, 'table.changed', 'mine')",
    [accountId],
  );
  const { eventTypes } = await value(registry.commands.catalogue({ credential }));
  expect(eventTypes.filter(({ name }) => name === 'table.changed')).toEqual([
    expect.objectContaining({ builtIn: true, schema: expect.stringContaining('actionMetadata') }),
  ]);
});

test.each([
  ['webhook.disabled', 'name must not begin with "webhook.", which is reserved'],
  ['Delivery.exhausted', 'name must not begin with "delivery.", which is reserved'],
  ['follow.created', 'name is the name of a built-in event type'],
  ['table.changed', 'name is the name of a built-in event type'],
  ['', 'name must be words of letters, digits, "_" and "-", joined by dots, beginning with a letter'],
  ['a..b', 'name must be words of letters, digits, "_" and "-", joined by dots, beginning with a letter'],
  ['a.b.', 'name must be words of letters, digits, "_" and "-", joined by dots, beginning with a letter'],
  ['1a', 'name must be words of letters, digits, "_" and "-", joined by dots, beginning with a letter'],
  ['a\0', 'name must be words of letters, digits, "_" and "-", joined by dots, beginning with a letter'],
  ['a'.repeat(129), 'name is longer than 128 characters'],
])('a type is not called %.30j', async (name, message) => {
  expect(await refusal(put(name))).toEqual({ code: 'invalid', message, field: 'name' });
});

test('descriptions and schemas are checked, and the refusal names the field', async () => {
  expect(await refusal(put('a.b', null, '\u0007'))).toMatchObject({ field: 'description' });
  const large = JSON.stringify('x'.repeat(64 * 1024));
  expect(await refusal(put('a.b', null, '', large))).toMatchObject({ field: 'example' });
  expect(await refusal(put('a.b', '{"$ref":"https://attacker.example"}'))).toEqual({
    code: 'invalid',
    message: 'schema refers at #/$ref to something outside itself',
    field: 'schema',
  });
});

test('a type is put while something else refers to the account', async () => {
  credential = await tenant();
  const { accountId } = await value(registry.commands.authorize({ credential, purpose: 'manage' }));
  const referring = registry.database.createQueryRunner();
  await referring.startTransaction();
  try {
    await referring.query('select 1 from registry.account where id = $1 for key share', [accountId]);
    await value(put('not.held.up'));
  } finally {
    await referring.rollbackTransaction();
    await referring.release();
  }
}, 10_000);

test('the last place in the catalogue is taken once', async () => {
  credential = await tenant();
  await registry.database.query(
    `insert into registry.event_type (account_id, name, description)
     select id, 'filler.n' || n, '' from registry.account, generate_series(1, 249) n where id = $1`,
    [(await value(registry.commands.authorize({ credential, purpose: 'manage' }))).accountId],
  );
  const results = await Promise.all([put('last.one'), put('last.two'), put('last.three')]);
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect(results.find(({ ok }) => !ok)).toMatchObject({ refusal: { code: 'too_many' } });
  // Changing one that is there is always possible.
  await value(put('filler.n1', null, 'changed'));
});
