import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RegistryUnderTest, startRegistryUnderTest, value, wanted } from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let credential: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  credential = registry.operator.keys.live.key;
});
afterAll(() => registry.close());

/** As a dispatcher is told of it. */
async function inFeed(webhookId: string): Promise<FilterWebhook> {
  const { changes } = await registry.commands.follow({ dispatcher: 'reader', after: 0, waitMs: 0, limit: 10_000 });
  await registry.commands.leave({ dispatcher: 'reader' });
  return changes.find((change) => change.webhookId === webhookId)?.webhook as FilterWebhook;
}

test('a webhook starts at the earliest moment that was asked for, and dispatchers are told', async () => {
  const { id: webhookId, revision: created } = await value(registry.commands.createWebhook({ ...wanted, credential }));
  const start = async (startFrom: string) =>
    (await value(registry.commands.startWebhookFrom({ credential, webhookId, startFrom }))).revision;
  expect((await inFeed(webhookId)).startFrom).toBeNull();
  const june = '2026-06-01T00:00:00.000Z';
  const revision = await start(june);
  expect(revision).toBeGreaterThan(created);
  expect(await inFeed(webhookId)).toMatchObject({ startFrom: june, createdRevision: created });
  expect(await start('2026-07-01T00:00:00.000Z')).toBe(revision);
  expect((await inFeed(webhookId)).startFrom).toBe(june);
  expect(await start('earliest')).toBeGreaterThan(revision);
  await start(june);
  expect((await inFeed(webhookId)).startFrom).toBe('earliest');
});
