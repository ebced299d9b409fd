import type { BaseTable } from '@sluice/contracts/base-commands';
import { newAirtableId } from '@sluice/service-kit/new-airtable-id';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RegistryUnderTest, refusal, startRegistryUnderTest, value } from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let credential: string;
let accountId: string;
let keyId: string;
/** Of another account. */
let stranger: { key: string; accountId: string };

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  const account = async () => {
    const operator = registry.operator.keys.admin.key;
    return value(registry.commands.createAccount({ credential: operator, name: 'Tenant' }));
  };
  const mine = await account();
  ({ accountId } = mine);
  credential = mine.adminKey.key;
  keyId = mine.adminKey.id;
  const theirs = await account();
  stranger = { key: theirs.adminKey.key, accountId: theirs.accountId };
});
afterAll(() => registry.close());

const newBase = (of = credential) =>
  value(registry.commands.createBase({ credential: of, name: 'Base', transactionNumbers: 'assigned' }));
const newTable = (parts: Partial<BaseTable> = {}): BaseTable => ({
  id: newAirtableId('tbl'),
  name: 'Tasks',
  description: null,
  fields: [],
  views: [],
  ...parts,
});
const field = (name: string | null = 'Name') => ({ id: newAirtableId('fld'), name, type: 'singleLineText' });
const view = (type = 'grid') => ({ id: newAirtableId('viw'), name: 'All', type });
const put = (baseId: string, table: BaseTable) => registry.commands.putTable({ credential, baseId, table });
const tablesOf = async (baseId: string) => (await value(registry.commands.getBase({ credential, baseId }))).tables;

const UNKNOWN_BASE = { code: 'not_found', message: 'there is no such base', field: 'base_id' };

test('a base is listed and shown as made', async () => {
  const wanted = { name: ' Work ', transactionNumbers: 'given' as const, id: newAirtableId('app') };
  const made = await value(registry.commands.createBase({ credential, ...wanted }));
  expect(made).toEqual({ ...wanted, name: 'Work', createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) });
  expect((await newBase()).id).toMatch(/^app[0-9A-Za-z]{14}$/);
  expect((await value(registry.commands.listBases({ credential }))).bases).toContainEqual(made);
  expect((await value(registry.commands.listBases({ credential: stranger.key }))).bases).toEqual([]);
  const shown = await value(registry.commands.getBase({ credential, baseId: made.id }));
  expect(shown).toEqual({ base: made, tables: [], tag: expect.any(String) });
});

test.each([
  [{ name: '' }, 'name', 'name is empty'],
  [{ name: 'x'.repeat(201) }, 'name', 'name is longer than 200 characters'],
  [{ id: 'app1' }, 'id', 'id must be a base id: app and 14 letters or digits'],
])('a base with %j is refused', async (fault, at, message) => {
  const wanted = { credential, name: 'Base', transactionNumbers: 'given' as const, ...fault };
  expect(await refusal(registry.commands.createBase(wanted))).toEqual({ code: 'invalid', field: at, message });
});

test('an id that is taken is a conflict, for whoever asks, however many do at once', async () => {
  const wanted = { name: 'Base', transactionNumbers: 'given' as const, id: newAirtableId('app') };
  const asked = [credential, stranger.key, registry.operator.keys.admin.key].flatMap((of) =>
    Array.from({ length: 10 }, () => registry.commands.createBase({ credential: of, ...wanted })),
  );
  const answers = await Promise.all(asked);
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  for (const answer of answers) {
    if (!answer.ok) expect(answer.refusal).toMatchObject({ code: 'conflict', field: 'id' });
  }
});

test("another account's base looks like one that does not exist", async () => {
  const theirs = await newBase(stranger.key);
  const table = newTable();
  for (const baseId of [theirs.id, newAirtableId('app'), 'app', '\0']) {
    const asked = { credential, baseId };
    expect(await refusal(registry.commands.getBase(asked))).toEqual(UNKNOWN_BASE);
    expect(await refusal(registry.commands.deleteBase(asked))).toEqual(UNKNOWN_BASE);
    expect(await refusal(registry.commands.putTable({ ...asked, table }))).toEqual(UNKNOWN_BASE);
    expect(await refusal(registry.commands.deleteTable({ ...asked, tableId: table.id }))).toEqual(UNKNOWN_BASE);
  }
});

test('a table becomes exactly what was put last, in its order', async () => {
  const { id: baseId } = await newBase();
  const [name, status, notes] = [field(), field('Status'), field(null)];
  const table = newTable({ fields: [name, status], views: [view(), view('form')], description: 'Two\nlines' });
  const other = newTable({ fields: [field()] });
  expect(await value(put(baseId, table))).toEqual(table);
  await value(put(baseId, other));
  expect(await tablesOf(baseId)).toEqual([table, other]);

  const changed = { ...table, name: null, fields: [notes, { ...name, type: 'email' }], views: [] };
  await value(put(baseId, changed));
  await value(put(baseId, changed));
  expect(await tablesOf(baseId)).toEqual([changed, other]);

  const remove = () => registry.commands.deleteTable({ credential, baseId, tableId: table.id });
  await value(remove());
  expect(await tablesOf(baseId)).toEqual([other]);
  const unknown = { code: 'not_found', message: 'there is no such table in this base', field: 'table_id' };
  expect(await refusal(remove())).toEqual(unknown);
  expect(await refusal(registry.commands.deleteTable({ credential, baseId, tableId: '\0' }))).toEqual(unknown);
});

const twice = field();
test.each<[string, Partial<BaseTable>, string, string]>([
  ['no table id', { id: 'tbl' }, 'id', 'must be a table id'],
  ['an empty name', { name: '' }, 'name', 'is empty'],
  ['a long name', { name: 'x'.repeat(201) }, 'name', 'is longer than 200'],
  ['a long description', { description: 'x'.repeat(20_001) }, 'description', 'is longer than 20000'],
  ['a NUL in the description', { description: 'a\0' }, 'description', 'contains a NUL'],
  ['no field id', { fields: [field(), { ...field(), id: 'viw' }] }, 'fields.1.id', 'must be a field id'],
  ['a field twice', { fields: [twice, twice] }, 'fields.1.id', 'is there twice'],
  ['a bad field name', { fields: [field('a\0')] }, 'fields.0.name', 'contains control characters'],
  ['no view id', { views: [{ ...view(), id: 'fld' }] }, 'views.0.id', 'must be a view id'],
  ['a bad view type', { views: [view('')] }, 'views.0.type', 'is empty'],
  ['too many fields', { fields: Array.from({ length: 1_001 }, () => field()) }, 'fields', 'are more than 1000'],
])('a table with %s is refused', async (_what, fault, at, message) => {
  const { id: baseId } = await newBase();
  const refused = await refusal(put(baseId, newTable(fault)));
  expect(refused).toMatchObject({ code: 'invalid', field: at });
  expect(refused.message).toContain(`${at} ${message}`);
});

test('a field or view of another table of the base is taken; of another base it is not', async () => {
  const { id: baseId } = await newBase();
  const table = newTable({ fields: [field()], views: [view()] });
  await value(put(baseId, table));
  const fields = await refusal(put(baseId, newTable({ fields: [field(), table.fields[0]!] })));
  expect(fields).toMatchObject({ code: 'conflict', field: 'fields.1.id' });
  const views = await refusal(put(baseId, newTable({ views: table.views })));
  expect(views).toMatchObject({ code: 'conflict', field: 'views.0.id' });
  const { id: elsewhere } = await newBase();
  expect(await value(put(elsewhere, table))).toEqual(table);
});

test('a base has a thousand tables at most, however many are put at once', async () => {
  const { id: baseId } = await newBase();
  await registry.database.query(
    `insert into registry.base_table (base_id, id) select $1, 'tbl' || lpad(n::text, 14, '0') from generate_series(1, 998) n`,
    [baseId],
  );
  const answers = await Promise.all(Array.from({ length: 10 }, () => put(baseId, newTable())));
  expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
  expect(answers.find(({ ok }) => !ok)).toMatchObject({ refusal: { code: 'too_many' } });
  expect(await value(put(baseId, newTable({ id: 'tbl00000000000001' })))).toMatchObject({ name: 'Tasks' });
});

test('an account has a thousand bases at most', async () => {
  const operator = registry.operator.keys.admin.key;
  const full = await value(registry.commands.createAccount({ credential: operator, name: 'Full' }));
  await registry.database.query(
    `insert into registry.base (id, account_id, name, transaction_numbers, created_at)
     select 'app' || lpad(n::text, 14, '0'), $1, 'x', 'given', now() from generate_series(1, 999) n`,
    [full.accountId],
  );
  await newBase(full.adminKey.key);
  const asked = { credential: full.adminKey.key, name: 'x', transactionNumbers: 'given' as const };
  expect(await refusal(registry.commands.createBase(asked))).toMatchObject({ code: 'too_many' });
});

const hook = (baseId: string, filters: object) => {
  const specification = JSON.stringify({ options: { filters: { dataTypes: ['tableData'], ...filters } } });
  return value(registry.commands.createBaseWebhook({ credential, baseId, notificationUrl: null, specification }));
};
const enabledIn = async (baseId: string) => {
  const { webhooks } = await value(registry.commands.listBaseWebhooks({ credential, baseId }));
  return webhooks.filter(({ isHookEnabled }) => isHookEnabled).map(({ id }) => id);
};

test('what an administrator takes out of the schema turns off the webhooks that name it, and no others', async () => {
  const { id: baseId } = await newBase();
  const [kept, dropped] = [field(), field()];
  const [keptView, droppedView] = [view(), view()];
  const table = newTable({ fields: [kept, dropped], views: [keptView, droppedView] });
  const doomed = newTable();
  await value(put(baseId, table));
  await value(put(baseId, doomed));
  const ofBase = await hook(baseId, {});
  const ofKept = await hook(baseId, { recordChangeScope: keptView.id, watchDataInFieldIds: [kept.id] });
  await hook(baseId, { watchDataInFieldIds: [kept.id, dropped.id] });
  await hook(baseId, { recordChangeScope: droppedView.id });
  const ofDoomed = await hook(baseId, { recordChangeScope: doomed.id });

  await value(put(baseId, { ...table, fields: [kept], views: [keptView] }));
  expect(await enabledIn(baseId)).toEqual([ofBase.id, ofKept.id, ofDoomed.id]);
  await value(registry.commands.deleteTable({ credential, baseId, tableId: doomed.id }));
  expect(await enabledIn(baseId)).toEqual([ofBase.id, ofKept.id]);
  await value(registry.commands.deleteTable({ credential, baseId, tableId: table.id }));
  expect(await enabledIn(baseId)).toEqual([ofBase.id]);
});

test('a deleted base takes its schema, collaborations and webhooks along; the feed tells of them', async () => {
  const { id: baseId } = await newBase();
  await value(put(baseId, newTable({ fields: [field()], views: [view()] })));
  const wanted = { email: 'gone@example.org', name: null, subject: null };
  const { id: userId } = await value(registry.commands.createUser({ credential, ...wanted }));
  await value(registry.commands.putCollaborator({ credential, baseId, userId, role: 'owner' }));
  const { id, revision } = await hook(baseId, {});

  await value(registry.commands.deleteBase({ credential, baseId }));
  for (const table of ['base_table', 'base_field', 'base_view', 'collaborator']) {
    expect(await registry.database.query(`select 1 from registry.${table} where base_id = $1`, [baseId])).toEqual([]);
  }
  const follow = { dispatcher: 'of a test', after: revision, waitMs: 0, limit: 10, starting: true };
  const { changes } = await registry.commands.follow(follow);
  expect(changes).toEqual([{ revision: expect.any(Number), webhookId: id, webhook: null }]);
  expect(await refusal(registry.commands.deleteBase({ credential, baseId }))).toEqual(UNKNOWN_BASE);
});

test('a base is found for publishing by its account, and by keys that publish for others', async () => {
  const base = await newBase();
  const operator = registry.operator.keys.live.key;
  const find = (of: string, account: string, baseId: string) =>
    registry.commands.findBase({ credential: of, accountId: account, baseId });
  expect(await value(find(credential, accountId, base.id))).toEqual({ base });
  expect(await value(find(operator, accountId, base.id))).toEqual({ base });
  expect(await value(find(stranger.key, stranger.accountId, base.id))).toEqual({ base: null });
  expect(await value(find(operator, stranger.accountId, base.id))).toEqual({ base: null });
  expect(await value(find(operator, '\0', base.id))).toEqual({ base: null });
  expect(await value(find(credential, accountId, '\0'))).toEqual({ base: null });
  expect(await refusal(find(stranger.key, accountId, base.id))).toEqual({
    code: 'forbidden',
    message: 'this key may publish for its own account only',
  });
  const test = await value(registry.commands.createKey({ credential, kind: 'test', audience: 'own' }));
  expect(await refusal(find(test.key, accountId, base.id))).toMatchObject({ code: 'unauthenticated' });
});

test('of bases that a dispatcher has seen those are told that there are, in the accounts that they were seen in', async () => {
  const [base, gone] = [await newBase(), await newBase()];
  await value(registry.commands.deleteBase({ credential, baseId: gone.id }));
  const bases = [
    { accountId, baseId: base.id },
    { accountId, baseId: gone.id },
    { accountId: stranger.accountId, baseId: base.id },
    { accountId: '\0', baseId: base.id },
    { accountId, baseId: '\0' },
  ];
  expect(await registry.commands.livingBases({ bases })).toEqual({ baseIds: [base.id] });
});

test('what happens to bases is on the audit trail: who, what, which, from where', async () => {
  const from = '203.0.113.9';
  const asked = { credential, from };
  const { id } = await value(registry.commands.createBase({ ...asked, name: 'A', transactionNumbers: 'given' }));
  const table = newTable();
  await value(registry.commands.putTable({ ...asked, baseId: id, table }));
  await value(registry.commands.deleteTable({ ...asked, baseId: id, tableId: table.id }));
  await value(registry.commands.deleteBase({ ...asked, baseId: id }));
  const trail = await registry.database.query(
    'select action, subject, key_id from registry.audit_entry where account_id = $1 and came_from = $2 order by id',
    [accountId, from],
  );
  expect(trail).toEqual([
    { action: 'base.created', subject: id, key_id: keyId },
    { action: 'table.put', subject: `${id}/${table.id}`, key_id: keyId },
    { action: 'table.deleted', subject: `${id}/${table.id}`, key_id: keyId },
    { action: 'base.deleted', subject: id, key_id: keyId },
  ]);
});
