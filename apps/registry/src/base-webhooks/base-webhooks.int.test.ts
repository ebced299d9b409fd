import type { Registry } from '@sluice/contracts/registry-commands';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BaseUnderTest, createBaseUnderTest, SPECIFICATION } from '../testing/base-under-test.js';
import {
  type RegistryUnderTest,
  refusal,
  startRegistryUnderTest,
  value,
  wanted,
} from '../testing/registry-under-test.js';

const WEEK_MS = 7 * 24 * 60 * 60 * 1_000;
const URL_OF_HOOK = 'https://hooks.example.org';
const UNKNOWN = { code: 'not_found', message: 'there is no such webhook in this base' };

let registry: RegistryUnderTest;
let commands: Registry;
let base: BaseUnderTest;
let baseId: string;
let credential: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  ({ commands } = registry);
});
afterAll(() => registry.close());
beforeEach(async () => {
  base = await createBaseUnderTest(registry);
  ({ baseId, creator: credential } = base);
});

type Creation = Parameters<Registry['createBaseWebhook']>[0];
const create = (changes: Partial<Creation> = {}) =>
  commands.createBaseWebhook({
    credential,
    baseId,
    notificationUrl: URL_OF_HOOK,
    specification: SPECIFICATION,
    ...changes,
  });
const list = async (by = credential) => (await value(commands.listBaseWebhooks({ credential: by, baseId }))).webhooks;
const revision = async () => (await commands.revision({})).revision;

test('a new webhook has an id, a secret of 128 bytes and seven days to live, and begins with notifications on', async () => {
  const before = Date.now();
  const { id, macSecretBase64, expirationTime } = await value(create());
  expect(id).toMatch(/^ach[0-9A-Za-z]{14}$/);
  expect(macSecretBase64).toMatch(/^[A-Za-z0-9+/]{171}=$/);
  expect(Buffer.from(macSecretBase64, 'base64')).toHaveLength(128);
  const leftMs = Date.parse(expirationTime!) - before;
  expect(expirationTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(leftMs).toBeGreaterThanOrEqual(WEEK_MS - 1);
  expect(leftMs).toBeLessThan(WEEK_MS + 60_000);
  expect(await list()).toEqual([
    {
      id,
      specification: SPECIFICATION,
      notificationUrl: URL_OF_HOOK,
      areNotificationsEnabled: true,
      isHookEnabled: true,
      expirationTime,
    },
  ]);
});

test('the list echoes specifications and URLs as they were submitted, in the order of creation', async () => {
  const specifications = [
    '{ "options" : {"includes":null,"filters":{\n"dataTypes":["tableFields","tableData"], "changeTypes":null}} }',
    `{"options":{"filters":{"recordChangeScope":"${base.tableId}","dataTypes":["tableData"]},"includes":{"includePreviousCellValues":false}}}`,
    SPECIFICATION,
    SPECIFICATION,
  ];
  const urls = ['https://EXAMPLE.org', null, 'https://example.org/a b', 'https://example.org/a b'];
  const ids: string[] = [];
  for (const [index, specification] of specifications.entries()) {
    ids.push((await value(create({ specification, notificationUrl: urls[index]! }))).id);
  }
  const listed = await list();
  expect(listed.map(({ id }) => id)).toEqual(ids);
  expect(listed.map(({ specification }) => specification)).toEqual(specifications);
  expect(listed.map(({ notificationUrl }) => notificationUrl)).toEqual(urls);
  expect(listed.map(({ areNotificationsEnabled }) => areNotificationsEnabled)).toEqual([true, false, true, true]);
});

test('the list is empty without webhooks, and never of another base', async () => {
  await value(create());
  const other = await createBaseUnderTest(registry);
  expect(await commands.listBaseWebhooks({ credential: other.creator, baseId: other.baseId })).toEqual({
    ok: true,
    value: { webhooks: [] },
  });
});

describe('a creation is refused with the path at fault when the specification names', () => {
  const filters = (members: string) => `{"options":{"filters":{"dataTypes":["tableData"],${members}}}}`;
  const unknown = (prefix: string) => `${prefix}00000000000000`;
  test.each<[string, (base: BaseUnderTest) => string, string, string]>([
    [
      'an unknown table',
      () => filters(`"recordChangeScope":"${unknown('tbl')}"`),
      'filters.recordChangeScope',
      'names a table that the base does not have',
    ],
    [
      'an unknown view',
      () => filters(`"recordChangeScope":"${unknown('viw')}"`),
      'filters.recordChangeScope',
      'names a view that the base does not have',
    ],
    [
      'a form',
      ({ formViewId }) => filters(`"recordChangeScope":"${formViewId}"`),
      'filters.recordChangeScope',
      'names a form view, whose records no webhook can follow',
    ],
    [
      'an unknown field to watch',
      ({ fieldIds }) => filters(`"watchDataInFieldIds":["${fieldIds[0]}","${unknown('fld')}"]`),
      'filters.watchDataInFieldIds.1',
      'names a field that the base does not have',
    ],
    [
      'an unknown field whose schema to watch',
      () => filters(`"watchSchemasOfFieldIds":["${unknown('fld')}"]`),
      'filters.watchSchemasOfFieldIds.0',
      'names a field that the base does not have',
    ],
    [
      'an unknown field to include',
      () =>
        `{"options":{"filters":{"dataTypes":["tableData"]},"includes":{"includeCellValuesInFieldIds":["${unknown('fld')}"]}}}`,
      'includes.includeCellValuesInFieldIds.0',
      'names a field that the base does not have',
    ],
    [
      'nothing that is known',
      () => '{"options":{"filters":{"dataTypes":["cells"]}}}',
      'filters.dataTypes.0',
      'must be one of ',
    ],
  ])('%s', async (_, specification, path, message) => {
    const before = await revision();
    const refused = await refusal(create({ specification: specification(base) }));
    const field = `specification.options.${path}`;
    expect(refused).toMatchObject({ code: 'invalid', field });
    expect(refused.message.startsWith(`${field} ${message}`)).toBe(true);
    expect(await list()).toEqual([]);
    expect(await revision()).toBe(before);
  });

  test("another base's field", async () => {
    const other = await createBaseUnderTest(registry);
    const specification = filters(`"watchDataInFieldIds":["${other.fieldIds[0]}"]`);
    expect(await refusal(create({ specification }))).toMatchObject({ code: 'invalid' });
  });

  test('and what the base has is accepted', async () => {
    const { fieldIds, gridViewId } = base;
    const specification = filters(`"recordChangeScope":"${gridViewId}","watchDataInFieldIds":["${fieldIds[1]}"]`);
    await value(create({ specification }));
  });
});

test.each([
  ['', 'notificationUrl is empty'],
  ['/hook', 'notificationUrl must be an absolute http or https URL'],
  ['ftp://example.org/', 'notificationUrl must be an absolute http or https URL'],
  ['http://127.0.0.1/', "notificationUrl can't be delivered to: "],
  [' https://example.org/', 'notificationUrl begins or ends with white space'],
])('the URL %j is refused', async (notificationUrl, message) => {
  const refused = await refusal(create({ notificationUrl }));
  expect(refused).toMatchObject({ code: 'invalid', field: 'notificationUrl' });
  expect(refused.message).toContain(message);
});

test('who may not see the data does not create a webhook on it, whatever else is wrong', async () => {
  const blind = await base.join('creator', ['webhook:manage', 'schema.bases:read']);
  expect(await refusal(create({ credential: blind, notificationUrl: '' }))).toMatchObject({ code: 'hidden' });
  await value(create({ credential: blind, specification: '{"options":{"filters":{"dataTypes":["tableMetadata"]}}}' }));
  expect(await refusal(create({ credential: base.reader, specification: 'x' }))).toMatchObject({ code: 'forbidden' });
  expect(await refusal(create({ specification: 'x' }))).toMatchObject({ code: 'invalid', field: 'specification' });
});

test('who may not see the data of a webhook does not read its payloads, and extends nothing', async () => {
  const { id, expirationTime } = await value(create());
  const blind = await base.join('read_only', ['webhook:manage', 'schema.bases:read']);
  const read = (by: string, webhookId = id) => commands.readPayloads({ credential: by, baseId, webhookId });
  registry.clock.advance(1_000);
  expect(await refusal(read(blind))).toMatchObject({ code: 'hidden' });
  expect((await list())[0]!.expirationTime).toBe(expirationTime);
  await value(read(base.reader));
  expect((await list())[0]!.expirationTime).not.toBe(expirationTime);
  expect(await refusal(read(blind, 'ach00000000000000'))).toEqual(UNKNOWN);
});

test('notifications are switched with a revision each time that it changes something, and never without a URL', async () => {
  const hook = await value(create());
  const silent = await value(create({ notificationUrl: null }));
  const turn = (webhookId: string, enable: boolean) =>
    commands.enableNotifications({ credential, baseId, webhookId, enable });
  const off = await value(turn(hook.id, false));
  expect(off.revision).toBe(await revision());
  expect((await list())[0]).toMatchObject({
    areNotificationsEnabled: false,
    isHookEnabled: true,
    expirationTime: hook.expirationTime,
  });
  expect(await value(turn(hook.id, false))).toEqual(off);
  const on = await value(turn(hook.id, true));
  expect(on.revision).toBe(off.revision + 1);
  expect(await value(turn(hook.id, true))).toEqual(on);
  expect((await list())[0]).toMatchObject({ areNotificationsEnabled: true });

  expect(await refusal(turn(silent.id, true))).toMatchObject({ code: 'invalid', field: 'notificationUrl' });
  expect(await value(turn(silent.id, false))).toEqual({ revision: silent.revision });
  expect(await revision()).toBe(on.revision);
});

test('a dispatcher gives up on notifications once: the webhook stays, and its owner can turn them on again', async () => {
  const { id } = await value(create());
  const giveUp = (reason: string) => commands.disableNotifications({ webhookId: id, reason });
  const answers = await Promise.all([giveUp('no \0answer'), giveUp('no \0answer'), giveUp('no \0answer')]);
  expect(new Set(answers.map((answer) => answer.revision)).size).toBe(1);
  expect((await list())[0]).toMatchObject({ areNotificationsEnabled: false, isHookEnabled: true });
  const summary = async () =>
    (await value(commands.listWebhooks({ credential: base.adminKey, limit: 1 }))).webhooks[0]!;
  expect(await summary()).toMatchObject({ state: 'enabled', disabledReason: 'no  answer' });
  await value(commands.enableNotifications({ credential, baseId, webhookId: id, enable: true }));
  expect((await list())[0]).toMatchObject({ areNotificationsEnabled: true });
  expect(await summary()).toMatchObject({ disabledReason: null });
});

test('an invalid webhook is read and deleted, and nothing else: its limit is free, and its life is not extended', async () => {
  const { id, expirationTime } = await value(create());
  const invalidate = (reason: string) => commands.invalidateWebhook({ webhookId: id, reason });
  const answers = await Promise.all([invalidate('the table is gone'), invalidate('the table is gone')]);
  expect(answers[0]).toEqual(answers[1]);
  expect(await invalidate('another reason')).toEqual(answers[0]);
  const ask = { credential, baseId, webhookId: id };
  const gone = { code: 'not_found', message: expect.stringContaining('was deleted') };
  expect(await refusal(commands.refreshBaseWebhook(ask))).toMatchObject(gone);
  for (const enable of [true, false]) {
    expect(await refusal(commands.enableNotifications({ ...ask, enable }))).toMatchObject(gone);
  }
  registry.clock.advance(60_000);
  await value(commands.readPayloads(ask));
  expect(await list()).toMatchObject([{ id, isHookEnabled: false, expirationTime }]);
  for (let index = 0; index < 10; index++) await value(create());
  // An endpoint that fails to hear of the last payload is given up, and the first reason stays.
  await commands.disableNotifications({ webhookId: id, reason: 'no answer' });
  const [row] = await registry.database.query(
    'select state, disabled_reason as reason from registry.webhook where id = $1',
    [id],
  );
  expect(row).toEqual({ state: 'invalid', reason: 'the table is gone' });
  await value(commands.deleteBaseWebhook(ask));
});

test('what was deleted is gone: from the list, and for every command', async () => {
  const [kept, { id }] = [await value(create()), await value(create())];
  const ask = { credential, baseId, webhookId: id };
  const deleted = await value(commands.deleteBaseWebhook(ask));
  expect(deleted.revision).toBe(await revision());
  expect((await list()).map((webhook) => webhook.id)).toEqual([kept.id]);
  expect(await refusal(commands.deleteBaseWebhook(ask))).toEqual(UNKNOWN);
  expect(await refusal(commands.refreshBaseWebhook(ask))).toEqual(UNKNOWN);
  expect(await refusal(commands.readPayloads(ask))).toEqual(UNKNOWN);
  expect(await refusal(commands.enableNotifications({ ...ask, enable: false }))).toEqual(UNKNOWN);
  const visible = commands.visibleWebhooks({ credential, baseId, webhookIds: [id, 'x', kept.id, '\0'] });
  expect(await value(visible)).toEqual({ webhookIds: [kept.id] });
  for (const settle of [commands.disableNotifications, commands.invalidateWebhook]) {
    for (const webhookId of [id, 'ach00000000000000', '', '\0']) {
      expect(await settle({ webhookId, reason: 'late' })).toEqual(deleted);
    }
  }
  const [row] = await registry.database.query(
    'select sealed, sealing_key as key, specification from registry.webhook where id = $1',
    [id],
  );
  expect(row).toEqual({ sealed: null, key: null, specification: null });
});

test("an id that is no webhook of the base is unknown: another base's, another dialect's, and what is no id", async () => {
  const other = await createBaseUnderTest(registry);
  const foreign = await value(create({ credential: other.creator, baseId: other.baseId }));
  const filterWebhook = await value(commands.createWebhook({ ...wanted, credential: base.adminKey }));
  for (const webhookId of [foreign.id, filterWebhook.id, 'ach00000000000000', '', '\0']) {
    const ask = { credential, baseId, webhookId };
    for (const command of [commands.deleteBaseWebhook, commands.refreshBaseWebhook, commands.readPayloads]) {
      expect(await refusal(command(ask))).toEqual(UNKNOWN);
    }
    expect(await refusal(commands.enableNotifications({ ...ask, enable: true }))).toEqual(UNKNOWN);
    expect(await value(commands.visibleWebhooks({ credential, baseId, webhookIds: [webhookId] }))).toEqual({
      webhookIds: [],
    });
  }
  const asOwner = { credential: other.adminKey, webhookId: foreign.id };
  expect(await refusal(commands.webhookSecret(asOwner))).toMatchObject({ code: 'not_found' });
  // Its account sees it in the list, and is told where to delete it.
  expect(await refusal(commands.deleteWebhook(asOwner))).toMatchObject({ code: 'conflict' });
});

test("an account's list shows the webhooks of both dialects, the newest first, and counts one dialect at a time", async () => {
  const own = { credential: base.adminKey };
  const made: string[] = [];
  for (let round = 0; round < 3; round++) {
    made.unshift((await value(create())).id);
    made.unshift((await value(commands.createWebhook({ ...wanted, ...own }))).id);
  }
  const listed: string[] = [];
  for (let before: string | undefined; ; before = listed.at(-1)) {
    const page = await value(commands.listWebhooks({ ...own, limit: 2, before }));
    listed.push(...page.webhooks.map(({ id }) => id));
    // Where the next page begins is known of a deleted webhook, too.
    const last = listed.at(-1)!;
    if (listed.length === 4) await value(commands.deleteBaseWebhook({ credential, baseId, webhookId: last }));
    if (!page.more) break;
  }
  expect(listed).toEqual(made);
  const { webhooks } = await value(commands.listWebhooks({ ...own, limit: 10 }));
  expect(webhooks).toHaveLength(5);
  expect(webhooks[1]).toEqual({
    id: made[1],
    dialect: 'airtable',
    baseId,
    endpoint: URL_OF_HOOK,
    eventType: 'table.changed',
    filter: null,
    state: 'enabled',
    disabledReason: null,
    disabledAt: null,
    createdAt: expect.stringMatching(/Z$/),
    description: null,
    ordering: 'none',
    rateLimit: null,
    concurrency: null,
    retrySchedule: null,
  });
  const [account] = await registry.database.query('select webhook_count as count from registry.account where id = $1', [
    base.accountId,
  ]);
  expect(account).toEqual({ count: 3 });
  const { portalToken } = await value(commands.createWebhook({ ...wanted, ...own }));
  const { session } = await value(commands.openPortalSession({ token: portalToken! }));
  const seen = await value(commands.listWebhooks({ credential: session, limit: 10 }));
  expect([seen.webhooks.length, seen.more]).toEqual([6, false]);
});

test('the audit trail says who did what to which webhook, and from where', async () => {
  const from = '203.0.113.9';
  const { id } = await value(create({ from }));
  const ask = { credential, baseId, webhookId: id, from };
  await value(commands.refreshBaseWebhook(ask));
  await value(commands.enableNotifications({ ...ask, enable: false }));
  await value(commands.enableNotifications({ ...ask, enable: true }));
  await commands.disableNotifications({ webhookId: id, reason: 'no answer' });
  await commands.invalidateWebhook({ webhookId: id, reason: 'gone' });
  await value(commands.deleteBaseWebhook({ ...ask, credential: base.adminKey }));
  const trail = await registry.database.query(
    'select action, key_id, reason, came_from from registry.audit_entry where account_id = $1 and subject = $2 order by id',
    [base.accountId, id],
  );
  const { tokens } = await value(commands.listTokens({ credential: base.adminKey }));
  const token = tokens.find(({ kind }) => kind === 'personal_access_token')!;
  const { keyId } = await value(commands.authorize({ credential: base.adminKey, purpose: 'read' }));
  const byCaller = { key_id: token.id, reason: null, came_from: from };
  const bySluice = { key_id: null, came_from: null };
  expect(trail).toEqual([
    { action: 'webhook.created', ...byCaller },
    { action: 'webhook.refreshed', ...byCaller },
    { action: 'webhook.notifications_disabled', ...byCaller },
    { action: 'webhook.notifications_enabled', ...byCaller },
    { action: 'webhook.notifications_disabled', ...bySluice, reason: 'no answer' },
    { action: 'webhook.invalidated', ...bySluice, reason: 'gone' },
    { action: 'webhook.deleted', ...byCaller, key_id: keyId },
  ]);
});

describe('when what it watches goes', () => {
  const watching = (members: string) => `{"options":{"filters":{"dataTypes":["tableData"],${members}}}}`;
  const byScope = (id: string) => watching(`"recordChangeScope":"${id}"`);

  test('a webhook is invalid, and others are not', async () => {
    const { fieldIds, gridViewId, tableId, adminKey } = base;
    const of = async (specification: string) => (await value(create({ specification }))).id;
    const onField = await of(watching(`"watchDataInFieldIds":["${fieldIds[1]}"]`));
    const onSchema = await of(watching(`"watchSchemasOfFieldIds":["${fieldIds[0]}","${fieldIds[1]}"]`));
    const onView = await of(byScope(gridViewId));
    const onTable = await of(byScope(tableId));
    const including = await of(
      `{"options":{"filters":{"dataTypes":["tableData"]},"includes":{"includeCellValuesInFieldIds":["${fieldIds[1]}"]}}}`,
    );
    const onBase = await of(SPECIFICATION);
    const enabled = async () => (await list()).filter(({ isHookEnabled }) => isHookEnabled).map(({ id }) => id);

    const table = {
      id: tableId,
      name: 'Tasks',
      description: null,
      fields: [{ id: fieldIds[0], name: 'a', type: 'x' }],
    };
    await value(commands.putTable({ credential: adminKey, baseId, table: { ...table, views: [] } }));
    expect(await enabled()).toEqual([onTable, including, onBase]);
    await value(commands.deleteTable({ credential: adminKey, baseId, tableId }));
    expect(await enabled()).toEqual([including, onBase]);
    const rows = await registry.database.query<{ id: string; reason: string }[]>(
      'select id, disabled_reason as reason from registry.webhook where id = any ($1)',
      [[onField, onSchema, onView, onTable]],
    );
    expect(Object.fromEntries(rows.map(({ id, reason }) => [id, reason]))).toEqual({
      [onField]: `${fieldIds[1]} was deleted`,
      [onSchema]: `${fieldIds[1]} was deleted`,
      [onView]: `${gridViewId} was deleted`,
      [onTable]: `${tableId} was deleted`,
    });
  });

  test('a base takes its webhooks along', async () => {
    const [first, second] = [await value(create()), await value(create())];
    const after = await revision();
    await value(commands.deleteBase({ credential: base.adminKey, baseId }));
    const { changes } = await commands.follow({ dispatcher: 'd', after, waitMs: 0, limit: 10 });
    await commands.leave({ dispatcher: 'd' });
    const gone = [first.id, second.id].sort().map((webhookId) => ({ webhookId, webhook: null }));
    expect(changes.map(({ webhookId, webhook }) => ({ webhookId, webhook }))).toEqual(gone);
    expect(await refusal(commands.listBaseWebhooks({ credential, baseId }))).toMatchObject({ code: 'hidden' });
  });
});
