import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RegistryUnderTest, startRegistryUnderTest, value, wanted } from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let credential: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  credential = registry.operator.keys.live.key;
});
afterAll(() => registry.close());

test('a new webhook comes with its secrets, and the secret can be asked for again', async () => {
  const created = await value(registry.commands.createWebhook({ credential, ...wanted }));
  expect(created.id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  expect(created.header).toEqual({ name: 'x-airstack-webhook', value: expect.stringMatching(/^[\w-]{43}$/) });
  expect(created.signingSecret).toMatch(/^whsec_/);
  const { secret } = await value(registry.commands.webhookSecret({ credential, webhookId: created.id }));
  expect(secret).toBe(created.signingSecret);
});
