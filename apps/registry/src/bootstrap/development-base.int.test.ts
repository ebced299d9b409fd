import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RegistryUnderTest, refusal, startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { ensureDevelopmentBase, newDevelopmentBase } from './development-base.js';

let registry: RegistryUnderTest;
let credential: string;
let accountId: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  ({ accountId } = registry.operator);
  credential = registry.operator.keys.admin.key;
});
afterAll(() => registry.close());

const specification = '{"options":{"filters":{"dataTypes":["tableData","tableFields"]}}}';
const create = (token: string, baseId: string) =>
  registry.commands.createBaseWebhook({ credential: token, baseId, notificationUrl: null, specification });
const list = (token: string, baseId: string) => registry.commands.listBaseWebhooks({ credential: token, baseId });

test('a development base comes with a table, and with tokens that may what they are for', async () => {
  const wanted = newDevelopmentBase();
  const { baseId, tableId, fieldIds, personalAccessToken, readOnlyToken, userApiKey } = wanted;
  await Promise.all([1, 2].map(() => ensureDevelopmentBase(registry.database, accountId, wanted)));
  const { base, tables } = await value(registry.commands.getBase({ credential, baseId }));
  expect(base).toMatchObject({ transactionNumbers: 'assigned' });
  expect(tables).toEqual([
    {
      id: tableId,
      name: 'Tasks',
      description: null,
      fields: [
        { id: fieldIds[0], name: 'Name', type: 'singleLineText' },
        { id: fieldIds[1], name: 'Status', type: 'singleSelect' },
        { id: fieldIds[2], name: 'Notes', type: 'multilineText' },
      ],
      views: [{ id: expect.stringMatching(/^viw/), name: 'Grid view', type: 'grid' }],
    },
  ]);
  expect((await value(create(personalAccessToken, baseId))).expirationTime).not.toBeNull();
  expect((await value(create(userApiKey, baseId))).expirationTime).toBeNull();
  expect(await refusal(create(readOnlyToken, baseId))).toMatchObject({ code: 'forbidden' });
  expect((await value(list(readOnlyToken, baseId))).webhooks).toHaveLength(2);
});

test('at the next start everything stays as it has become, and what is missing is added', async () => {
  const wanted = newDevelopmentBase();
  const { baseId, tableId, personalAccessToken } = wanted;
  const ensure = (changes = {}) => ensureDevelopmentBase(registry.database, accountId, { ...wanted, ...changes });
  await ensure();
  const table = { id: tableId, name: 'Renamed', description: null, fields: [], views: [] };
  await value(registry.commands.putTable({ credential, baseId, table }));
  const before = await value(registry.commands.getBase({ credential, baseId }));
  const { userApiKey } = newDevelopmentBase();
  await Promise.all([ensure({ userApiKey }), ensure({ userApiKey })]);
  expect(await value(registry.commands.getBase({ credential, baseId }))).toEqual(before);
  await value(list(userApiKey, baseId));
  await value(list(wanted.userApiKey, baseId));

  const { tokens } = await value(registry.commands.listTokens({ credential }));
  for (const { id } of tokens) await value(registry.commands.revokeToken({ credential, tokenId: id }));
  await ensure();
  expect(await refusal(list(personalAccessToken, baseId))).toMatchObject({ code: 'unauthenticated' });
});

test('a base that is lost with the database comes again under its id', async () => {
  const wanted = newDevelopmentBase();
  await ensureDevelopmentBase(registry.database, accountId, wanted);
  await value(registry.commands.deleteBase({ credential, baseId: wanted.baseId }));
  await ensureDevelopmentBase(registry.database, accountId, wanted);
  await value(create(wanted.personalAccessToken, wanted.baseId));
});

test("another account's base is not taken", async () => {
  const wanted = newDevelopmentBase();
  await ensureDevelopmentBase(registry.database, accountId, wanted);
  const other = await value(registry.commands.createAccount({ credential, name: 'Other' }));
  await expect(ensureDevelopmentBase(registry.database, other.accountId, wanted)).rejects.toThrow("another account's");
});
