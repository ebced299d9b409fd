import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Keyring } from '../encryption/keyring.js';
import {
  type RegistryUnderTest,
  refusal,
  startRegistryUnderTest,
  value,
  wanted,
} from '../testing/registry-under-test.js';
import { signGrant } from './portal-token.js';

const DAY_MS = 24 * 3_600_000;
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
const open = (token: string | null) => registry.commands.openPortalSession({ token: token! });
const enter = async (token: string | null) => (await value(open(token))).session;
const INVALID = { code: 'unauthenticated', message: 'this portal link is not valid' };

test("a link opens a session that sees the account's webhooks, and nobody else's", async () => {
  const credential = await tenant('Portal');
  const webhook = await create(credential);
  await create(await tenant('Other'));
  const session = await enter(webhook.portalToken);
  expect(session).toMatch(/^slp_[\w-]{43}$/);
  const { webhooks } = await value(registry.commands.listWebhooks({ credential: session, limit: 10 }));
  expect(webhooks.map(({ id }) => id)).toEqual([webhook.id]);
  expect(await value(registry.commands.getAccount({ credential: session }))).toMatchObject({
    account: { name: 'Portal', operator: false },
    caller: { kind: 'portal', id: expect.stringMatching(/^ses_/), scopes: ['read', 'write'] },
  });
});

test('a session reads and writes, and does nothing else', async () => {
  const session = await enter((await create(await tenant('Portal'))).portalToken);
  const authorize = (purpose: 'publish' | 'manage' | 'operate' | 'share' | 'inspect') =>
    refusal(registry.commands.authorize({ credential: session, purpose }));
  const needs = (scope: string) => ({ code: 'forbidden', message: `this needs an API key with the scope ${scope}` });
  expect(await authorize('publish')).toEqual(needs('publish'));
  expect(await authorize('manage')).toEqual(needs('admin'));
  expect(await authorize('operate')).toEqual(needs('admin'));
  expect(await authorize('share')).toMatchObject({ code: 'forbidden', message: expect.stringContaining('links') });
  expect(await authorize('inspect')).toMatchObject({ code: 'forbidden', message: expect.stringContaining('dead') });
  for (const purpose of ['read', 'subscribe', 'read_catalogue'] as const) {
    expect(await value(registry.commands.authorize({ credential: session, purpose }))).toMatchObject({
      kind: 'portal',
    });
  }
});

test('a webhook that is made in the portal comes without another link, and who made it is on the audit trail', async () => {
  const session = await enter((await create(await tenant('Portal'))).portalToken);
  const { caller } = await value(registry.commands.getAccount({ credential: session }));
  const made = await create(session);
  expect(made.portalToken).toBeNull();
  const by = 'select action, key_id from registry.audit_entry where subject = $1';
  expect(await registry.database.query(by, [made.id])).toEqual([{ action: 'webhook.created', key_id: caller.id }]);
});

test('a link says nothing when it was tampered with', async () => {
  const { portalToken } = await create(await tenant('Portal'));
  const parts = portalToken!.split('.');
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
    expect(await refusal(open(token))).toEqual(INVALID);
  }
});

test('a link ends with its time, and with the API key that asked for it; and so do its sessions', async () => {
  const admin = await tenant('Portal');
  const key = await value(registry.commands.createKey({ credential: admin, kind: 'live', audience: 'own' }));
  const { portalToken: token } = await create(key.key);
  const session = await enter(token);
  await value(registry.commands.getAccount({ credential: session }));

  const { portalToken: other } = await create(admin);
  const rotated = await registry.another({ encryptionKeys: [second, first] });
  await value(rotated.commands.openPortalSession({ token: other! }));

  await value(registry.commands.revokeKey({ credential: admin, keyId: key.id }));
  expect(await refusal(open(token))).toMatchObject({
    code: 'unauthenticated',
    message: 'this portal link was revoked together with its API key',
  });
  expect(await refusal(registry.commands.getAccount({ credential: session }))).toEqual({
    code: 'unauthenticated',
    message: 'the link to this portal was revoked',
  });
  registry.clock.advance(7 * DAY_MS - 60_000);
  const last = await value(open(other));
  registry.clock.advance(60_000);
  expect(await refusal(open(other))).toMatchObject({
    code: 'unauthenticated',
    message: 'this portal link has expired',
  });
  expect(Date.parse(last.expiresAt)).toBeLessThanOrEqual(registry.clock.nowMs());
  expect(await refusal(registry.commands.getAccount({ credential: last.session }))).toMatchObject({
    message: expect.stringContaining('has ended'),
  });
});

test('a session ends after a day, or when it is ended; other sessions of the link go on', async () => {
  const { portalToken } = await create(await tenant('Portal'));
  const [one, other] = [await enter(portalToken), await enter(portalToken)];
  const ask = (credential: string) => registry.commands.getAccount({ credential });
  await value(ask(one));
  await value(registry.commands.endPortalSession({ credential: one }));
  const over = { code: 'unauthenticated', message: expect.stringContaining('has ended') };
  expect(await refusal(ask(one))).toMatchObject(over);
  await value(ask(other));
  registry.clock.advance(DAY_MS);
  expect(await refusal(ask(other))).toMatchObject(over);
  await value(open(portalToken));
});

test('only a session is ended so', async () => {
  const credential = await tenant('Portal');
  expect(await refusal(registry.commands.endPortalSession({ credential }))).toMatchObject({ code: 'forbidden' });
  await value(registry.commands.getAccount({ credential }));
});

test("Airtable's dialect does not know sessions of the portal", async () => {
  const session = await enter((await create(await tenant('Portal'))).portalToken);
  const asked = registry.commands.listBaseWebhooks({ credential: session, baseId: 'appA1b2C3d4E5f6G7' });
  expect(await refusal(asked)).toEqual({ code: 'unauthenticated', message: 'the token is unknown' });
});

test('links that were made before they were stored still open the portal', async () => {
  const { accountId, keys } = registry.operator;
  const expiresAtMs = registry.clock.nowMs() + 60_000;
  const token = signGrant(new Keyring([first]), { accountId, keyId: keys.live.id, expiresAtMs });
  expect((await value(open(token))).expiresAt).toBe(new Date(expiresAtMs).toISOString());
});

test('of a link 100 sessions last: a further one ends the oldest', async () => {
  const { portalToken } = await create(await tenant('Portal'));
  const oldest = await enter(portalToken);
  const next = await enter(portalToken);
  for (let count = 0; count < 99; count++) await enter(portalToken);
  const other = await registry.another();
  expect((await other.commands.getAccount({ credential: oldest })).ok).toBe(false);
  expect((await other.commands.getAccount({ credential: next })).ok).toBe(true);
});

test('a link is made for as long as is asked, listed without its address, and revoked with the sessions that it opened', async () => {
  const credential = await tenant('Portal');
  const inAnHour = new Date(registry.clock.nowMs() + 3_600_000).toISOString();
  const link = await value(
    registry.commands.createPortalLink({ credential, expiresAt: inAnHour, from: '203.0.113.9' }),
  );
  expect(link.expiresAt).toBe(inAnHour);
  const session = await enter(link.token);
  await value(registry.commands.getAccount({ credential: session }));
  const { links } = await value(registry.commands.listPortalLinks({ credential, limit: 10 }));
  expect(links).toMatchObject([{ id: link.id, expiresAt: inAnHour, revokedAt: null }]);
  expect(JSON.stringify(links)).not.toContain(link.token);

  const other = await tenant('Other');
  const revoke = (by: string, linkId = link.id) => registry.commands.revokePortalLink({ credential: by, linkId });
  expect(await refusal(revoke(other))).toMatchObject({ code: 'not_found' });
  expect(await refusal(revoke(credential, 'lnk_\0'))).toMatchObject({ code: 'not_found' });
  await value(registry.commands.getAccount({ credential: session }));
  await value(revoke(credential));
  await value(revoke(credential));
  const over = { code: 'unauthenticated', message: expect.stringContaining('was revoked') };
  expect(await refusal(registry.commands.getAccount({ credential: session }))).toMatchObject(over);
  expect(await refusal(open(link.token))).toMatchObject(over);
  const { entries } = await value(registry.commands.listAudit({ credential, subject: link.id, limit: 10 }));
  expect(entries.map(({ action }) => action)).toEqual([
    'portal_link.revoked',
    'portal_session.opened',
    'portal_link.created',
  ]);
});

test('a link lasts at most 366 days, and not longer than its key', async () => {
  const admin = await tenant('Portal');
  const days = (count: number) => new Date(registry.clock.nowMs() + count * DAY_MS).toISOString();
  for (const expiresAt of [days(0), days(367)]) {
    const asked = registry.commands.createPortalLink({ credential: admin, expiresAt });
    expect(await refusal(asked)).toMatchObject({ code: 'invalid', field: 'expires_at' });
  }
  const wantedKey = { credential: admin, kind: 'live', audience: 'own', expiresAt: days(1) } as const;
  const key = await value(registry.commands.createKey(wantedKey));
  const link = await value(registry.commands.createPortalLink({ credential: key.key, expiresAt: days(2) }));
  expect(link.expiresAt).toBe(key.expiresAt);
});

test('who came by a link makes no other, and does not see what links there are', async () => {
  const session = await enter((await create(await tenant('Portal'))).portalToken);
  for (const asked of [
    registry.commands.createPortalLink({ credential: session }),
    registry.commands.listPortalLinks({ credential: session, limit: 1 }),
    registry.commands.revokePortalLink({ credential: session, linkId: 'lnk_01M1Q5C7K8T3ZVXG6Q0W2R9D4E' }),
  ]) {
    expect(await refusal(asked)).toMatchObject({ code: 'forbidden' });
  }
});
