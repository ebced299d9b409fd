import { randomBytes } from 'node:crypto';
import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
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
  registry = await startRegistryUnderTest({ encryptionKeys: [{ id: 'first', key: randomBytes(32) }] });
  credential = registry.operator.keys.live.key;
});
afterAll(() => registry.close());

const create = () => value(registry.commands.createWebhook({ ...wanted, credential }));
const rotate = (webhookId: string, keepPreviousSeconds: number) =>
  registry.commands.rotateWebhookSecret({ credential, webhookId, keepPreviousSeconds });

/** What a dispatcher gets of a webhook. */
async function fed(id: string): Promise<FilterWebhook> {
  const question = { dispatcher: 'test', after: 0, waitMs: 0, limit: 1_000, starting: true };
  const { changes } = await registry.commands.follow(question);
  return changes.find(({ webhookId }) => webhookId === id)?.webhook as FilterWebhook;
}

test('the secret before signs on for as long as was asked, and any older one no more', async () => {
  const { id, signingSecret, header } = await create();
  const first = await value(rotate(id, 3_600));
  expect(first.secret).toMatch(/^whsec_/);
  expect(first.secret).not.toBe(signingSecret);
  expect(Date.parse(first.previousExpiresAt!) - registry.clock.nowMs()).toBeLessThanOrEqual(3_600_000);
  const { secrets, headers } = await fed(id);
  expect(secrets).toEqual([{ secret: first.secret }, { secret: signingSecret, validUntil: first.previousExpiresAt }]);
  expect(headers).toEqual([header]);
  expect(await value(registry.commands.webhookSecret({ credential, webhookId: id }))).toEqual({ secret: first.secret });

  const second = await value(rotate(id, 60));
  expect((await fed(id)).secrets).toEqual([
    { secret: second.secret },
    { secret: first.secret, validUntil: second.previousExpiresAt },
  ]);
});

test('with 0 seconds the secret before is gone at once', async () => {
  const { id } = await create();
  const { secret, previousExpiresAt } = await value(rotate(id, 0));
  expect(previousExpiresAt).toBeNull();
  expect((await fed(id)).secrets).toEqual([{ secret }]);
});

test('a change of the endpoint keeps both', async () => {
  const { id, signingSecret } = await create();
  const { secret, previousExpiresAt } = await value(rotate(id, 600));
  const endpoint = 'https://example.com/elsewhere';
  await value(registry.commands.updateWebhook({ credential, webhookId: id, endpoint, options: {} }));
  expect((await fed(id)).secrets).toEqual([{ secret }, { secret: signingSecret, validUntil: previousExpiresAt }]);
});

test("another account's webhook is none, and a rotation is on the audit trail", async () => {
  const { id } = await create();
  const { key } = registry.operator.keys.admin;
  const stranger = await value(registry.commands.createAccount({ credential: key, name: 'Stranger' }));
  const asked = { credential: stranger.adminKey.key, webhookId: id, keepPreviousSeconds: 0 };
  expect(await refusal(registry.commands.rotateWebhookSecret(asked))).toMatchObject({ code: 'not_found' });
  await value(rotate(id, 0));
  const trail = 'select action from registry.audit_entry where subject = $1 order by id';
  expect(await registry.database.query(trail, [id])).toEqual([
    { action: 'webhook.created' },
    { action: 'webhook.secret_rotated' },
  ]);
});
