import { expect, test } from 'vitest';
import { startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';

test('a base and a user who works in it, by a token for that base, are deleted at the same time', async () => {
  const registry = await startRegistryUnderTest();
  const { commands, database } = registry;
  const tenant = await Tenant.make(registry);
  const { credential } = tenant;
  const baseId = await tenant.base();
  const userId = await tenant.user(baseId, 'creator');
  await tenant.token(userId, ['webhook:manage'], [baseId]);
  const specification = '{"options":{"filters":{"dataTypes":["tableData"]}}}';
  const hook = await value(commands.createBaseWebhook({ credential, baseId, notificationUrl: null, specification }));

  const waiting = async () => {
    const [row] = await database.query(`select count(*)::int as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    return row.count;
  };
  // The deletion of the base is held up half-way, where it has changed the token and not yet dropped the collaborator.
  const holder = database.createQueryRunner();
  await holder.startTransaction();
  await holder.query('select 1 from registry.webhook where id = $1 for update', [hook.id]);
  const base = commands.deleteBase({ credential, baseId });
  await expect.poll(waiting, { timeout: 10_000 }).toBe(1);
  const user = commands.deleteUser({ credential, userId });
  await expect.poll(waiting, { timeout: 10_000 }).toBe(2);
  await holder.rollbackTransaction();
  await holder.release();

  expect(await Promise.all([base, user])).toEqual([
    { ok: true, value: {} },
    { ok: true, value: {} },
  ]);
  await registry.close();
});
