import { expect, test } from 'vitest';
import { SPECIFICATION } from '../testing/base-under-test.js';
import { startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';

test('who worked in a base sees nothing of another account that took its id, not even while remembered as a member', async () => {
  const registry = await startRegistryUnderTest();
  const other = await registry.another();
  const [former, next] = [await Tenant.make(registry), await Tenant.make(registry)];
  const baseId = await former.base();
  const { token } = await former.token(await former.user(baseId, 'creator'), ['webhook:manage', 'data.records:read']);
  await value(other.commands.listBaseWebhooks({ credential: token, baseId }));
  await value(registry.commands.deleteBase({ credential: former.credential, baseId }));
  const base = { id: baseId, name: 'Again', transactionNumbers: 'assigned' as const };
  await value(registry.commands.createBase({ credential: next.credential, ...base }));
  const wanted = { notificationUrl: null, specification: SPECIFICATION };
  const { id: webhookId } = await value(
    registry.commands.createBaseWebhook({ credential: next.credential, baseId, ...wanted }),
  );

  const call = { credential: token, baseId, webhookId };
  const { commands } = other;
  expect((await value(commands.listBaseWebhooks(call))).webhooks).toEqual([]);
  expect((await value(commands.visibleWebhooks({ ...call, webhookIds: [webhookId] }))).webhookIds).toEqual([]);
  for (const answer of [
    commands.readPayloads(call),
    commands.refreshBaseWebhook(call),
    commands.enableNotifications({ ...call, enable: false }),
    commands.deleteBaseWebhook(call),
  ]) {
    expect(await answer).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
  }
  expect(await commands.createBaseWebhook({ ...call, ...wanted })).toMatchObject({ refusal: { code: 'hidden' } });
  await registry.close();
});
