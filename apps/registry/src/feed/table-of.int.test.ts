import type { BaseWebhook } from '@sluice/contracts/webhook-feed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBaseUnderTest } from '../testing/base-under-test.js';
import { type RegistryUnderTest, startRegistryUnderTest, value } from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
});
afterAll(() => registry.close());

test('dispatchers are told the tables of the views and fields that a specification names', async () => {
  const { commands } = registry;
  const base = await createBaseUnderTest(registry);
  const [watched, included] = base.fieldIds;
  const create = (filters: object, includes: object = {}) =>
    value(
      commands.createBaseWebhook({
        credential: base.creator,
        baseId: base.baseId,
        notificationUrl: null,
        specification: JSON.stringify({ options: { filters: { dataTypes: ['tableData'], ...filters }, includes } }),
      }),
    );
  const inFeed = async (id: string): Promise<BaseWebhook> => {
    const { changes } = await commands.follow({ dispatcher: 'reader', after: 0, waitMs: 0, limit: 1_000 });
    return changes.find(({ webhookId }) => webhookId === id)?.webhook as BaseWebhook;
  };
  const filters = { recordChangeScope: base.gridViewId, watchDataInFieldIds: [watched] };
  const naming = await create(filters, { includeCellValuesInFieldIds: [included, watched] });
  const silent = await create({ recordChangeScope: base.tableId });

  const { tableId } = base;
  expect((await inFeed(naming.id)).tableOf).toEqual({
    [base.gridViewId]: tableId,
    [watched]: tableId,
    [included]: tableId,
  });
  expect(await inFeed(silent.id)).not.toHaveProperty('tableOf');

  const broken = "update registry.webhook set specification = '{' || specification where id = $1";
  await registry.database.query(broken, [naming.id]);
  expect((await inFeed(naming.id)).state).toBe('invalid');
});
