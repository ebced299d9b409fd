import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootstrapAccount, ensureDevelopmentAccount } from '../bootstrap/bootstrap.js';
import { type RegistryUnderTest, refusal, startRegistryUnderTest, value } from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let operatorKey: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  operatorKey = registry.operator.keys.admin.key;
});
afterAll(() => registry.close());

const newAccount = (name = 'Tenant') => value(registry.commands.createAccount({ credential: operatorKey, name }));

test('a key says its kind and has 256 random bits', async () => {
  const { adminKey } = await newAccount();
  expect(adminKey.key).toMatch(/^slk_admin_[\w-]{43}$/);
  const credential = adminKey.key;
  const live = await value(registry.commands.createKey({ credential, kind: 'live', audience: 'own' }));
  expect(live.key).toMatch(/^slk_live_[\w-]{43}$/);
  expect(live).toMatchObject({ kind: 'live', audience: 'own', accountId: adminKey.accountId });
});

test('only operator accounts have keys that publish for others', async () => {
  const { adminKey } = await newAccount();
  const create = (credential: string, kind: 'live' | 'test') =>
    registry.commands.createKey({ credential, kind, audience: 'any' });
  expect(await refusal(create(adminKey.key, 'live'))).toEqual({
    code: 'forbidden',
    message: 'only an operator account may have keys that publish for other accounts',
    field: 'audience',
  });
  expect((await value(create(operatorKey, 'live'))).audience).toBe('any');
  expect(await refusal(create(operatorKey, 'test'))).toMatchObject({ code: 'invalid', field: 'audience' });
});

test('a key of an operator that publishes for its own account makes none that publishes for others', async () => {
  const own = await value(registry.commands.createKey({ credential: operatorKey, kind: 'admin', audience: 'own' }));
  const create = (audience: 'own' | 'any') =>
    registry.commands.createKey({ credential: own.key, kind: 'live', audience });
  expect(await refusal(create('any'))).toMatchObject({ code: 'forbidden', field: 'audience' });
  expect((await value(create('own'))).audience).toBe('own');
});

test('the last of the keys that an account may have is made once; those that have ended do not count', async () => {
  const { adminKey } = await newAccount();
  const { accountId, key: credential } = adminKey;
  const fill = (prefix: string, keys: number, more: { revokedAt?: string; expiresAt?: string } = {}) =>
    registry.database.query(
      `insert into registry.api_key (id, account_id, kind, audience, hash, revoked_at, expires_at)
       select 'key_' || $1 || n, $2, 'test', 'own', decode(md5($1 || n), 'hex'), $3, $4 from generate_series(1, $5::int) n`,
      [prefix, accountId, more.revokedAt ?? null, more.expiresAt ?? null, keys],
    );
  const past = new Date(registry.clock.nowMs() - 1_000).toISOString();
  await fill('revoked', 10, { revokedAt: past });
  await fill('expired', 10, { expiresAt: past });
  await fill('living', 998);
  const create = () => registry.commands.createKey({ credential, kind: 'test', audience: 'own' });
  const results = await Promise.all([create(), create(), create()]);
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  expect(results.find(({ ok }) => !ok)).toMatchObject({ refusal: { code: 'too_many' } });
  await value(registry.commands.revokeKey({ credential, keyId: 'key_living1' }));
  await value(create());
});

test.each([
  ['', 'name is empty'],
  ['  ', 'name is empty'],
  ['x'.repeat(201), 'name is longer than 200 characters'],
  ['a\0b', 'name contains control characters'],
])('an account is not called %j', async (name, message) => {
  const asked = registry.commands.createAccount({ credential: operatorKey, name });
  expect(await refusal(asked)).toEqual({ code: 'invalid', message, field: 'name' });
});

test("another account's key looks like one that does not exist, and revoking again changes nothing", async () => {
  const [mine, theirs] = [await newAccount(), await newAccount()];
  const revoke = (keyId: string) => registry.commands.revokeKey({ credential: mine.adminKey.key, keyId });
  const unknown = await refusal(revoke('key_none'));
  expect(unknown).toMatchObject({ code: 'not_found', field: 'key_id' });
  expect(await refusal(revoke(theirs.adminKey.id))).toEqual(unknown);
  expect(await refusal(revoke('\0'))).toEqual(unknown);

  const key = await value(
    registry.commands.createKey({ credential: mine.adminKey.key, kind: 'live', audience: 'own' }),
  );
  await value(revoke(key.id));
  const revokedAt = 'select revoked_at from registry.api_key where id = $1';
  const before = await registry.database.query(revokedAt, [key.id]);
  await value(revoke(key.id));
  expect(await registry.database.query(revokedAt, [key.id])).toEqual(before);
});

test('all keys of an account are listed, without what they are, revoked ones for 30 days more', async () => {
  const { adminKey } = await newAccount();
  await newAccount();
  const credential = adminKey.key;
  const live = await value(registry.commands.createKey({ credential, kind: 'live', audience: 'own' }));
  await value(registry.commands.revokeKey({ credential, keyId: live.id }));
  const list = async () => (await value(registry.commands.listKeys({ credential }))).keys;
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
  const own = { audience: 'own', name: null, createdAt: time, expiresAt: null };
  const scopes = ['read', 'write', 'publish'];
  const first = { ...own, id: adminKey.id, kind: 'admin', scopes: [...scopes, 'admin'], revokedAt: null };
  const revoked = { ...own, id: live.id, kind: 'live', scopes, revokedAt: time };
  expect(await list()).toEqual([first, revoked]);
  expect(await refusal(registry.commands.listKeys({ credential: live.key }))).toMatchObject({
    code: 'unauthenticated',
  });
  registry.clock.advance(30 * 24 * 60 * 60 * 1_000 - 60_000);
  expect(await list()).toEqual([first, revoked]);
  registry.clock.advance(120_000);
  expect(await list()).toEqual([first]);
});

test('of two admin keys that revoke each other at once, one stays', async () => {
  const { adminKey, accountId } = await newAccount();
  const other = await value(registry.commands.createKey({ credential: adminKey.key, kind: 'admin', audience: 'own' }));
  const results = await Promise.all([
    registry.commands.revokeKey({ credential: adminKey.key, keyId: other.id }),
    registry.commands.revokeKey({ credential: other.key, keyId: adminKey.id }),
  ]);
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
  const left = 'select 1 from registry.api_key where account_id = $1 and revoked_at is null';
  expect(await registry.database.query(left, [accountId])).toHaveLength(1);
});

test('what happens to accounts and keys is on the audit trail: who, what, which, from where', async () => {
  const { accountId } = await value(
    registry.commands.createAccount({ credential: operatorKey, name: 'Audited', from: '203.0.113.9' }),
  );
  const trail = await registry.database.query(
    'select action, key_id, subject, came_from from registry.audit_entry where account_id = $1 order by id',
    [accountId],
  );
  const by = { key_id: registry.operator.keys.admin.id, came_from: '203.0.113.9' };
  expect(trail).toEqual([
    { action: 'account.created', subject: accountId, ...by },
    { action: 'key.created', subject: expect.stringMatching(/^key_/), ...by },
  ]);
});

test('there is one first account, however often it is asked for', async () => {
  const again = await Promise.all([1, 2, 3].map(() => bootstrapAccount(registry.database, 'Operator')));
  expect(again).toEqual([null, null, null]);
});

test('a development account takes keys that are given, keeps them, and adds those that are missing', async () => {
  const keys = { live: 'slk_live_dev', test: 'slk_test_dev', admin: 'slk_admin_dev' };
  const made = await Promise.all([1, 2].map(() => ensureDevelopmentAccount(registry.database, { name: 'Dev', keys })));
  expect(made[0]).toEqual(made[1]);
  const changed = { ...keys, test: 'slk_test_other' };
  expect(await ensureDevelopmentAccount(registry.database, { name: 'Dev', keys: changed })).toEqual(made[0]);

  for (const [credential, kind] of [
    [keys.live, 'live'],
    [keys.test, 'test'],
    [changed.test, 'test'],
    [keys.admin, 'admin'],
  ] as const) {
    const principal = await value(registry.commands.authorize({ credential, purpose: 'read_catalogue' }));
    expect(principal).toMatchObject({ kind, accountId: made[0]!.accountId, operator: true });
  }
});

test('whether an account exists is told to keys that publish for others, and to no others', async () => {
  const { adminKey, accountId } = await newAccount();
  const exists = (credential: string, id: string) => registry.commands.accountExists({ credential, accountId: id });
  expect(await value(exists(operatorKey, accountId))).toEqual({ exists: true });
  for (const id of ['acc_none', '', '\0', accountId.toLowerCase()]) {
    expect(await value(exists(operatorKey, id))).toEqual({ exists: false });
  }
  expect(await refusal(exists(adminKey.key, accountId))).toMatchObject({ code: 'forbidden' });
});

test('a key may have fewer scopes than its kind, and its kind follows from them', async () => {
  const { adminKey } = await newAccount();
  const create = (wanted: object) =>
    registry.commands.createKey({ credential: adminKey.key, audience: 'own', ...wanted });
  expect(await value(create({ scopes: ['publish', 'read', 'read'], name: ' Dashboard ' }))).toMatchObject({
    ...{ kind: 'live', scopes: ['read', 'publish'], name: 'Dashboard', expiresAt: null },
  });
  expect(await value(create({ scopes: ['admin'] }))).toMatchObject({ kind: 'admin', scopes: ['admin'] });
  expect(await value(create({ scopes: [] }))).toMatchObject({ kind: 'test', scopes: [] });
  expect(await value(create({ kind: 'live' }))).toMatchObject({ scopes: ['read', 'write', 'publish'] });
  for (const [wanted, field] of [
    [{}, 'kind'],
    [{ kind: 'live', scopes: ['admin'] }, 'scopes'],
    [{ kind: 'live', scopes: [] }, 'scopes'],
    [{ kind: 'admin', scopes: ['read'] }, 'scopes'],
    [{ kind: 'test', scopes: ['read'] }, 'scopes'],
    [{ kind: 'live', name: ' ' }, 'name'],
    [{ kind: 'live', expiresAt: new Date(registry.clock.nowMs()).toISOString() }, 'expires_at'],
  ] as const) {
    expect(await refusal(create(wanted))).toMatchObject({ code: 'invalid', field });
  }
  const scopes = ['read', 'write'] as const;
  const reading = registry.commands.createKey({ credential: operatorKey, scopes: [...scopes], audience: 'any' });
  expect(await refusal(reading)).toMatchObject({ code: 'invalid', field: 'audience' });
});

test('a key makes none that may more than itself, or lasts longer', async () => {
  const { adminKey } = await newAccount();
  const create = (credential: string, wanted: object) =>
    registry.commands.createKey({ credential, audience: 'own', ...wanted });
  const { key: managing } = await value(create(adminKey.key, { scopes: ['read', 'admin'] }));
  for (const wanted of [{ kind: 'admin' }, { kind: 'live' }, { scopes: ['read', 'publish'] }]) {
    expect(await refusal(create(managing, wanted))).toMatchObject({ code: 'forbidden', field: 'scopes' });
  }
  expect(await value(create(managing, { scopes: ['read'] }))).toMatchObject({ scopes: ['read'], expiresAt: null });

  const inHours = (hours: number) => new Date(registry.clock.nowMs() + hours * 3_600_000).toISOString();
  const passing = await value(create(adminKey.key, { kind: 'admin', expiresAt: inHours(2) }));
  const ends = async (expiresAt?: string) => (await value(create(passing.key, { kind: 'live', expiresAt }))).expiresAt;
  expect([await ends(), await ends(inHours(3))]).toEqual([passing.expiresAt, passing.expiresAt]);
  const sooner = inHours(1);
  expect(await ends(sooner)).toBe(sooner);
});

test('a key that has expired says so, and is listed for 30 days more', async () => {
  const { adminKey } = await newAccount();
  const credential = adminKey.key;
  const expiresAt = new Date(registry.clock.nowMs() + 3_600_000).toISOString();
  const key = await value(registry.commands.createKey({ credential, kind: 'live', audience: 'own', expiresAt }));
  expect(key.expiresAt).toBe(expiresAt);
  const { caller } = await value(registry.commands.getAccount({ credential: key.key }));
  expect(caller).toEqual({ kind: 'key', id: key.id, scopes: ['read', 'write', 'publish'], expiresAt });
  registry.clock.advance(3_600_000);
  expect(await refusal(registry.commands.getAccount({ credential: key.key }))).toEqual({
    code: 'unauthenticated',
    message: 'the API key has expired',
  });
  const listed = async () => (await value(registry.commands.listKeys({ credential }))).keys.map(({ id }) => id);
  expect(await listed()).toContain(key.id);
  registry.clock.advance(30 * 24 * 3_600_000 + 1_000);
  expect(await listed()).not.toContain(key.id);
});

test('the last admin key that does not expire stays, as long as no other has its scopes', async () => {
  const { adminKey } = await newAccount();
  const credential = adminKey.key;
  const expiresAt = new Date(registry.clock.nowMs() + 3_600_000).toISOString();
  const passing = await value(registry.commands.createKey({ credential, kind: 'admin', audience: 'own', expiresAt }));
  const revoke = (by: string, keyId: string) => registry.commands.revokeKey({ credential: by, keyId });
  const less = await value(registry.commands.createKey({ credential, scopes: ['read', 'admin'], audience: 'own' }));
  for (const by of [passing, less]) {
    expect(await refusal(revoke(by.key, adminKey.id))).toMatchObject({ code: 'conflict' });
  }
  await value(revoke(credential, passing.id));
  await value(revoke(credential, less.id));
  const another = await value(registry.commands.createKey({ credential, kind: 'admin', audience: 'own' }));
  await value(revoke(another.key, adminKey.id));
});

test('an account is renamed by who manages it, and that is on the audit trail once', async () => {
  const { accountId, adminKey } = await newAccount('Before');
  const rename = (name: string) =>
    registry.commands.renameAccount({ credential: adminKey.key, name, from: '203.0.113.9' });
  expect((await value(rename(' After '))).account).toMatchObject({ id: accountId, name: 'After' });
  await value(rename('After'));
  expect(await refusal(rename(' '))).toMatchObject({ code: 'invalid', field: 'name' });
  const { entries } = await value(registry.commands.listAudit({ credential: adminKey.key, limit: 10 }));
  const renamed = entries.filter(({ action }) => action === 'account.renamed');
  expect(renamed).toMatchObject([{ subject: accountId, keyId: adminKey.id, from: '203.0.113.9' }]);
});

test('operators see all accounts, the newest first, page by page', async () => {
  const made = [await newAccount('One'), await newAccount('Two')];
  const list = (before?: string) => registry.commands.listAccounts({ credential: operatorKey, limit: 1, before });
  const first = await value(list());
  expect(first).toMatchObject({ accounts: [{ id: made[1]!.accountId, name: 'Two', operator: false }], more: true });
  expect((await value(list(first.accounts[0]!.id))).accounts).toMatchObject([{ id: made[0]!.accountId }]);
  const asked = registry.commands.listAccounts({ credential: made[0]!.adminKey.key, limit: 1 });
  expect(await refusal(asked)).toMatchObject({ code: 'forbidden' });
});
