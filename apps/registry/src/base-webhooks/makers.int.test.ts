import { afterAll, beforeAll, expect, test } from 'vitest';
import { SPECIFICATION } from '../testing/base-under-test.js';
import { type RegistryUnderTest, startRegistryUnderTest, value } from '../testing/registry-under-test.js';
import { Tenant } from '../testing/tenant.js';

let registry: RegistryUnderTest;
let tenant: Tenant;
beforeAll(async () => {
  registry = await startRegistryUnderTest();
  tenant = await Tenant.make(registry);
});
afterAll(() => registry.close());

test.each(['token', 'collaborator', 'user'] as const)('a webhook lives on when its %s goes', async (what) => {
  const { commands } = registry;
  const { credential } = tenant;
  const baseId = await tenant.base();
  const userId = await tenant.user(baseId, 'creator');
  const [token, key] = [
    await tenant.token(userId, ['webhook:manage', 'data.records:read']),
    await tenant.userApiKey(userId),
  ];
  const create = async (by: string) => {
    const wanted = { credential: by, baseId, notificationUrl: null, specification: SPECIFICATION };
    return (await value(commands.createBaseWebhook(wanted))).id;
  };
  const made = [await create(token.token), await create(key.token)];
  const takeAway = {
    token: () => commands.revokeToken({ credential, tokenId: token.id }),
    collaborator: () => commands.deleteCollaborator({ credential, baseId, userId }),
    user: () => commands.deleteUser({ credential, userId }),
  };
  await value(takeAway[what]());
  const { webhooks } = await value(commands.listBaseWebhooks({ credential, baseId }));
  expect(webhooks.map(({ id, isHookEnabled }) => ({ id, isHookEnabled }))).toEqual(
    made.map((id) => ({ id, isHookEnabled: true })),
  );
  await value(commands.refreshBaseWebhook({ credential, baseId, webhookId: made[0]! }));
});
