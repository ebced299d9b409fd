import type { TablePatch } from '@sluice/contracts/base-commands';
import { newAirtableId } from '@sluice/service-kit/new-airtable-id';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RegistryUnderTest, startRegistryUnderTest, value } from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let credential: string;
let accountId: string;
let baseId: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  ({ accountId } = registry.operator);
  credential = registry.operator.keys.admin.key;
});
afterAll(() => registry.close());
beforeEach(async () => {
  const wanted = { credential, name: 'Base', transactionNumbers: 'assigned' as const };
  baseId = (await value(registry.commands.createBase(wanted))).id;
});

const learn = (...tables: (Partial<TablePatch> & { tableId: string })[]) =>
  registry.commands.learnSchema({
    accountId,
    baseId,
    tables: tables.map((table) => ({ fields: [], views: [], ...table })),
  });
const tables = async () => (await value(registry.commands.getBase({ credential, baseId }))).tables;
const id = newAirtableId;

test('tables, fields and views become known as they are told of; what is not told stays', async () => {
  const [tableId, named, bare, view] = [id('tbl'), id('fld'), id('fld'), id('viw')];
  await learn({
    tableId,
    name: 'Tasks',
    description: 'Two\nlines',
    fields: [{ id: named, name: 'Name', type: 'email' }, { id: bare }],
    views: [{ id: view, name: 'All', type: 'grid' }],
  });
  const learnt = {
    id: tableId,
    name: 'Tasks',
    description: 'Two\nlines',
    fields: [
      { id: named, name: 'Name', type: 'email' },
      { id: bare, name: null, type: null },
    ],
    views: [{ id: view, name: 'All', type: 'grid' }],
  };
  expect(await tables()).toEqual([learnt]);

  await learn({
    tableId,
    description: null,
    fields: [
      { id: named, type: 'url' },
      { id: bare, name: 'Late' },
    ],
  });
  expect(await tables()).toEqual([
    {
      ...learnt,
      description: null,
      fields: [
        { id: named, name: 'Name', type: 'url' },
        { id: bare, name: 'Late', type: null },
      ],
    },
  ]);
  await learn({ tableId });
  expect((await tables())[0]).toMatchObject({ name: 'Tasks', description: null });
});

test('what was destroyed is gone, also when the same change tells more of it', async () => {
  const [kept, gone] = [id('tbl'), id('tbl')];
  const [field, view, other] = [id('fld'), id('viw'), id('fld')];
  await learn(
    { tableId: kept, fields: [{ id: field }, { id: other }], views: [{ id: view }] },
    { tableId: gone, fields: [{ id: id('fld') }] },
  );
  await learn(
    { tableId: gone, destroyed: true },
    { tableId: gone, name: 'Back?', fields: [{ id: id('fld') }] },
    { tableId: kept, fields: [{ id: field, destroyed: true }], views: [{ id: view, destroyed: true }] },
    { tableId: kept, fields: [{ id: field, name: 'Back?' }] },
  );
  expect(await tables()).toEqual([
    { id: kept, name: null, description: null, fields: [{ id: other, name: null, type: null }], views: [] },
  ]);
});

test('telling again changes nothing, and the trail has one entry', async () => {
  const tell = () =>
    learn({ tableId: 'tbl00000000000001', name: 'T', fields: [{ id: 'fld00000000000001', name: 'F' }] });
  await Promise.all([tell(), tell(), tell()]);
  const before = await tables();
  await tell();
  expect(await tables()).toEqual(before);
  await learn({ tableId: 'tbl00000000000001', destroyed: true });
  await learn({ tableId: 'tbl00000000000001', destroyed: true });
  const trail = 'select key_id, action from registry.audit_entry where account_id = $1 and subject = $2 order by id';
  expect(await registry.database.query(trail, [accountId, baseId])).toEqual([
    { key_id: registry.operator.keys.admin.id, action: 'base.created' },
    { key_id: null, action: 'schema.learnt' },
    { key_id: null, action: 'schema.learnt' },
  ]);
});

test('a field that is told of in another table has moved there', async () => {
  const [first, second, field] = [id('tbl'), id('tbl'), id('fld')];
  await learn({ tableId: first, fields: [{ id: field, name: 'F', type: 'email' }] });
  await learn({ tableId: second, fields: [{ id: field, name: 'G' }] });
  expect(await tables()).toMatchObject([
    { id: first, fields: [] },
    { id: second, fields: [{ id: field, name: 'G', type: 'email' }] },
  ]);
});

test('unknown bases and those of other accounts are passed over', async () => {
  const table = { tableId: id('tbl'), fields: [], views: [] };
  const ask = { accountId, baseId, tables: [table] };
  expect(await registry.commands.learnSchema({ ...ask, baseId: id('app') })).toEqual({});
  expect(await registry.commands.learnSchema({ ...ask, baseId: '\0' })).toEqual({});
  expect(await registry.commands.learnSchema({ ...ask, accountId: 'acc_none' })).toEqual({});
  expect(await tables()).toEqual([]);
});

test('names that can not be stored are made fit, and the rest of the change is learnt', async () => {
  const [tableId, field] = [id('tbl'), id('fld')];
  const fields = [{ id: field, name: 'x'.repeat(300), type: 'a\ud800b' }, { id: 'fld' }];
  await learn({ tableId, name: 'a\0b', description: 'c\0d\n', fields }, { tableId: 'no id', name: 'x' });
  expect(await tables()).toEqual([
    {
      id: tableId,
      name: 'a b',
      description: 'c d\n',
      fields: [{ id: field, name: 'x'.repeat(200), type: 'a b' }],
      views: [],
    },
  ]);
});

test('a large change is learnt as far as there is room, and known parts go on being learnt', async () => {
  const tableIds = Array.from({ length: 60 }, () => id('tbl'));
  const full = (tableId: string) => ({ tableId, fields: Array.from({ length: 900 }, () => ({ id: id('fld') })) });
  await learn(...tableIds.map(full));
  const learnt = await tables();
  expect(learnt).toHaveLength(60);
  expect(learnt.reduce((sum, { fields }) => sum + fields.length, 0)).toBe(50_000);
  const { id: tableId, fields } = learnt[0]!;
  await learn({ tableId, fields: [{ id: fields[0]!.id, name: 'Renamed' }, { id: id('fld') }] });
  const after = (await tables()).find((table) => table.id === tableId)!;
  expect(after.fields).toHaveLength(900);
  expect(after.fields[0]).toMatchObject({ name: 'Renamed' });
});

test('a webhook that was created on what was destroyed before this was learnt is invalid with it', async () => {
  const [goes, moves, stays] = [id('tbl'), id('fld'), id('tbl')];
  const [field, other, view] = [id('fld'), id('fld'), id('viw')];
  await learn(
    { tableId: goes, fields: [{ id: field }, { id: moves }] },
    { tableId: stays, fields: [{ id: other }], views: [{ id: view }] },
  );
  const create = async (filters: object) => {
    const specification = JSON.stringify({ options: { filters: { dataTypes: ['tableData'], ...filters } } });
    const wanted = { credential, baseId, notificationUrl: null, specification };
    return (await value(registry.commands.createBaseWebhook(wanted))).id;
  };
  const invalid = [
    await create({ recordChangeScope: goes }),
    await create({ watchDataInFieldIds: [field] }),
    await create({ recordChangeScope: view }),
  ];
  const living = [
    await create({}),
    await create({ recordChangeScope: stays }),
    await create({ watchDataInFieldIds: [moves, other] }),
  ];
  const tell = () =>
    learn(
      { tableId: goes, destroyed: true },
      { tableId: stays, fields: [{ id: moves }], views: [{ id: view, destroyed: true }] },
    );
  await tell();
  const enabled = async () => {
    const { webhooks } = await value(registry.commands.listBaseWebhooks({ credential, baseId }));
    return Object.fromEntries(webhooks.map((webhook) => [webhook.id, webhook.isHookEnabled]));
  };
  const expected = Object.fromEntries([
    ...invalid.map((webhook) => [webhook, false]),
    ...living.map((webhook) => [webhook, true]),
  ]);
  expect(await enabled()).toEqual(expected);
  // That the dispatcher asks for the same, or tells again, changes nothing.
  const { revision } = await registry.commands.revision({});
  await tell();
  for (const webhookId of invalid) await registry.commands.invalidateWebhook({ webhookId, reason: 'again' });
  expect(await registry.commands.revision({})).toEqual({ revision });
});
