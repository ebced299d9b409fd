import type { Scope } from '@sluice/contracts/base-commands';
import { newAirtableId } from '@sluice/service-kit/new-airtable-id';
import { expect, test } from 'vitest';
import { startRegistryUnderTest, value } from '../testing/registry-under-test.js';

test('changes of one base, its people, tokens and webhooks at once are each carried out or refused', async () => {
  const registry = await startRegistryUnderTest();
  const { commands, operator } = registry;
  const credential = operator.keys.admin.key;
  const specification = '{"options":{"filters":{"dataTypes":["tableData"]}}}';
  const pat = { credential, kind: 'personal_access_token' as const, name: 'x', scopes: [] as Scope[] };

  const round = async (index: number) => {
    const wanted = { credential, name: 'Base', transactionNumbers: 'assigned' as const };
    const { id: baseId } = await value(commands.createBase(wanted));
    const person = { credential, email: `${index}@example.org`, name: null, subject: null };
    const { id: userId } = await value(commands.createUser(person));
    const fields = [{ id: newAirtableId('fld'), name: null, type: null }];
    const table = { id: newAirtableId('tbl'), name: null, description: null, fields, views: [] };
    const patch = { tableId: table.id, name: 'Learnt', fields: [{ id: newAirtableId('fld') }], views: [] };
    const whom = { credential, baseId, userId };
    await value(commands.createBaseWebhook({ credential, baseId, notificationUrl: null, specification }));
    const learn = async () => {
      await commands.learnSchema({ accountId: operator.accountId, baseId, tables: [patch] });
      return { ok: true };
    };
    const answers = await Promise.all([
      commands.putCollaborator({ ...whom, role: 'creator' }),
      commands.createToken({ ...pat, userId, bases: [baseId] }),
      commands.putTable({ credential, baseId, table }),
      learn(),
      commands.createBaseWebhook({ credential, baseId, notificationUrl: null, specification }),
      commands.createBase(wanted),
      commands.deleteUser(whom),
      commands.deleteBase(whom),
      commands.deleteTable({ credential, baseId, tableId: table.id }),
      commands.createToken({ ...pat, userId, bases: [baseId] }),
      commands.deleteCollaborator(whom),
      commands.putTable({ credential, baseId, table }),
    ]);
    expect(answers[6]).toMatchObject({ ok: true });
    expect(answers[7]).toMatchObject({ ok: true });
    return baseId;
  };
  const baseIds = await Promise.all(Array.from({ length: 12 }, (_, index) => round(index)));

  const left = 'select 1 from registry.webhook where base_id = any ($1) or (dialect = $2 and deleted_at is null)';
  expect(await registry.database.query(left, [baseIds, 'airtable'])).toEqual([]);
  expect((await value(commands.listTokens({ credential }))).tokens).toEqual([]);
  await registry.close();
});
