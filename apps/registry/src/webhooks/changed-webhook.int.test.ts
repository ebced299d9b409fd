import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type RegistryUnderTest,
  refusal,
  startRegistryUnderTest,
  value,
  wanted,
} from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let credential: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  credential = registry.operator.keys.live.key;
});
afterAll(() => registry.close());

test('a webhook is changed and deleted only in the state that the caller saw, if it asks so', async () => {
  const { id: webhookId } = await value(registry.commands.createWebhook({ ...wanted, credential }));
  const update = (description: string, ifMatch?: string[]) =>
    registry.commands.updateWebhook({ credential, webhookId, ifMatch, options: { description } });
  const remove = (ifMatch: string[]) => registry.commands.deleteWebhook({ credential, webhookId, ifMatch });
  const { tag: seen = '' } = await value(registry.commands.getWebhook({ credential, webhookId }));
  const { tag: current = '' } = await value(update('another', ['x', seen]));
  expect(current).not.toBe(seen);
  expect((await value(registry.commands.getWebhook({ credential, webhookId }))).tag).toBe(current);
  expect(await refusal(update('lost', [seen]))).toMatchObject({ code: 'changed' });
  expect(await refusal(remove([seen]))).toMatchObject({ code: 'changed' });
  expect(await refusal(update('lost', []))).toMatchObject({ code: 'changed' });
  await value(registry.commands.switchWebhook({ credential, webhookId, turn: 'pause' }));
  expect(await refusal(remove([current]))).toMatchObject({ code: 'changed' });
  const { tag = '' } = await value(registry.commands.getWebhook({ credential, webhookId }));
  await value(remove([tag]));
});
