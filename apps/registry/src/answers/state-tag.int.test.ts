import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RegistryUnderTest, refusal, startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';

let registry: RegistryUnderTest;
let commands: RegistryUnderTest['commands'];
let credential: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  ({ commands } = registry);
  ({ credential } = await Tenant.make(registry));
});
afterAll(() => registry.close());

const CHANGED = { code: 'changed' };

test('an account is renamed only in the state that the caller saw, if it asks so', async () => {
  const rename = (name: string, ...ifMatch: string[]) => commands.renameAccount({ credential, name, ifMatch });
  const { tag: seen = '' } = await value(commands.getAccount({ credential }));
  const { tag: current = '' } = await value(rename('Another', 'x', seen));
  expect(current).not.toBe(seen);
  expect((await value(commands.getAccount({ credential }))).tag).toBe(current);
  expect(await refusal(rename('Lost', seen))).toMatchObject(CHANGED);
  expect((await value(commands.getAccount({ credential }))).account.name).toBe('Another');
  expect((await value(rename('Any', '*'))).account.name).toBe('Any');
});

test('an event type is replaced only in the state that the caller saw, and made only if nothing is asked of it', async () => {
  const put = (schema: string, ifMatch?: string[]) =>
    commands.putEventType({ credential, name: 'order.paid', description: '', schema, ifMatch });
  const current = async () =>
    (await value(commands.catalogue({ credential }))).eventTypes.find(({ name }) => name === 'order.paid');
  expect(await refusal(put('{"type":"object"}', ['*']))).toMatchObject(CHANGED);
  const { tag: seen = '' } = await value(put('{"type":"object"}'));
  expect(await current()).toMatchObject({ tag: seen });
  const { tag = '' } = await value(put('{}', [seen]));
  expect(tag).not.toBe(seen);
  expect(await refusal(put('{"minProperties":1}', [seen]))).toMatchObject(CHANGED);
  expect(await current()).toMatchObject({ schema: '{}', tag });
  await value(put('{"type":"object"}', ['*']));
});

test('a base is deleted only with the tables that the caller saw', async () => {
  const { id: baseId } = await value(commands.createBase({ credential, name: 'Work', transactionNumbers: 'assigned' }));
  const shown = async () => (await value(commands.getBase({ credential, baseId }))).tag ?? '';
  const seen = await shown();
  expect(await shown()).toBe(seen);
  const table = { id: 'tblA1b2C3d4E5f6G7', name: 'Tasks', description: null, fields: [], views: [] };
  await value(commands.putTable({ credential, baseId, table }));
  expect(await refusal(commands.deleteBase({ credential, baseId, ifMatch: [seen] }))).toMatchObject(CHANGED);
  await value(commands.deleteBase({ credential, baseId, ifMatch: [await shown()] }));
  expect(await refusal(commands.getBase({ credential, baseId }))).toMatchObject({ code: 'not_found' });
});

test('a source is changed and deleted only in the state that the caller saw, however it does meanwhile', async () => {
  const wanted = { topic: 'orders', format: 'cloudevents', mapping: null, debezium: null, start: 'latest' } as const;
  const { source, tag: made = '' } = await value(commands.createSource({ ...wanted, credential, description: null }));
  const sourceId = source.id;
  const update = (description: string, ...ifMatch: string[]) =>
    commands.updateSource({ credential, sourceId, description, ifMatch });
  const progress = { partitions: [], imported: 7, deadLetters: 0, lastError: null };
  await commands.syncSources({ instance: 'one', reports: [{ sourceId, revision: 1, ...progress }] });
  expect(await value(commands.getSource({ credential, sourceId }))).toMatchObject({
    progress: { imported: 7 },
    tag: made,
  });
  const { tag: current = '' } = await value(update('Orders', made));
  expect(current).not.toBe(made);
  expect(await refusal(update('Lost', made))).toMatchObject(CHANGED);
  await value(commands.switchSource({ credential, sourceId, turn: 'pause' }));
  expect(await refusal(commands.deleteSource({ credential, sourceId, ifMatch: [current] }))).toMatchObject(CHANGED);
  const { tag = '' } = await value(commands.getSource({ credential, sourceId }));
  await value(commands.deleteSource({ credential, sourceId, ifMatch: [tag] }));
});
