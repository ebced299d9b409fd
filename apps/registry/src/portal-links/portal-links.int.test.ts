import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type RegistryUnderTest,
  refusal,
  startRegistryUnderTest,
  value,
  wanted,
} from '../testing/registry-under-test.js';

const first = { id: 'first', key: randomBytes(32) };
const second = { id: 'second.key', key: randomBytes(32) };

let registry: RegistryUnderTest;

beforeAll(async () => {
  registry = await startRegistryUnderTest({ encryptionKeys: [first, second] });
});
afterAll(() => registry.close());

async function tenant(name: string): Promise<string> {
  const { key } = registry.operator.keys.admin;
  return (await value(registry.commands.createAccount({ credential: key, name }))).adminKey.key;
}

const create = (credential: string) => value(registry.commands.createWebhook({ ...wanted, credential }));
const INVALID = { code: 'unauthenticated', message: 'this portal link is not valid' };

test("a link opens the account's webhooks, the newest first, and nobody else's", async () => {
  const credential = await tenant('Portal');
  const [older, newer, deleted] = [await create(credential), await create(credential), await create(credential)];
  await create(await tenant('Other'));
  await value(registry.commands.deleteWebhook({ credential, webhookId: deleted.id }));
  await registry.commands.disableWebhook({ webhookId: older.id, reason: '410 Gone' });

  const portal = await value(registry.commands.portal({ token: newer.portalToken }));
  expect(portal).toMatchObject({ accountName: 'Portal', total: 2 });
  expect(portal.webhooks).toMatchObject([
    { id: newer.id, state: 'enabled', endpoint: 'https://example.com/hook', eventType: 'follow.created' },
    { id: older.id, state: 'disabled', disabledReason: '410 Gone' },
  ]);
  const text = JSON.stringify(portal);
  for (const secret of [newer.signingSecret, newer.header.value, older.signingSecret])
    expect(text).not.toContain(secret);
});

test('a link says nothing when it was tampered with', async () => {
  const { portalToken } = await create(await tenant('Portal'));
  const parts = portalToken.split('.');
  const grant = JSON.parse(Buffer.from(parts[2]!, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...grant, accountId: registry.operator.accountId })).toString(
    'base64url',
  );
  for (const token of [
    '',
    'x',
    '...',
    parts.slice(0, 3).join('.'),
    [parts[0], parts[1], forged, parts[3]].join('.'),
    [parts[0], Buffer.from('other').toString('base64url'), parts[2], parts[3]].join('.'),
    `${portalToken}x`,
    `${portalToken}.x`,
  ]) {
    expect(await refusal(registry.commands.portal({ token }))).toEqual(INVALID);
  }
});

test('a link ends with its time, and with the API key that asked for it', async () => {
  const admin = await tenant('Portal');
  const key = await value(registry.commands.createKey({ credential: admin, kind: 'live', audience: 'own' }));
  const { portalToken: token } = await create(key.key);
  await value(registry.commands.portal({ token }));

  const { portalToken: other } = await create(admin);
  const rotated = await registry.another({ encryptionKeys: [second, first] });
  await value(rotated.commands.portal({ token: other }));

  await value(registry.commands.revokeKey({ credential: admin, keyId: key.id }));
  expect(await refusal(registry.commands.portal({ token }))).toMatchObject({
    code: 'unauthenticated',
    message: 'this portal link was revoked together with its API key',
  });
  registry.clock.advance(7 * 24 * 3_600_000 - 60_000);
  await value(registry.commands.portal({ token: other }));
  registry.clock.advance(60_000);
  expect(await refusal(registry.commands.portal({ token: other }))).toMatchObject({
    code: 'unauthenticated',
    message: 'this portal link has expired',
  });
});
