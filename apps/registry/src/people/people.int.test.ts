import { Role, Scope } from '@sluice/contracts/base-commands';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RegistryUnderTest, refusal, startRegistryUnderTest, value } from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let credential: string;
let accountId: string;
let keyId: string;
/** Of another account. */
let stranger: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  const account = async () =>
    value(registry.commands.createAccount({ credential: registry.operator.keys.admin.key, name: 'Tenant' }));
  const mine = await account();
  ({ accountId } = mine);
  credential = mine.adminKey.key;
  keyId = mine.adminKey.id;
  stranger = (await account()).adminKey.key;
});
afterAll(() => registry.close());

let drawn = 0;
const newUser = (of = credential) =>
  value(registry.commands.createUser({ credential: of, email: `u${++drawn}@example.org`, name: null, subject: null }));
const newBase = (of = credential) =>
  value(registry.commands.createBase({ credential: of, name: 'Base', transactionNumbers: 'assigned' }));
const newToken = (userId: string, bases: string[] | null = null) =>
  value(
    registry.commands.createToken({
      credential,
      userId,
      kind: 'personal_access_token',
      name: 'of a test',
      scopes: [...Scope.options],
      bases,
    }),
  );
/** What the token finds when it asks for the base's webhooks. */
const listing = ({ commands }: Pick<RegistryUnderTest, 'commands'>, token: string, baseId: string) =>
  commands.listBaseWebhooks({ credential: token, baseId });

const UNKNOWN_USER = { code: 'not_found', message: 'there is no such user', field: 'user_id' };
const UNKNOWN_BASE = { code: 'not_found', message: 'there is no such base', field: 'base_id' };

test('a user is listed as made, until deleted', async () => {
  const id = 'usrAAAAAAAAAAAAA1';
  const wanted = { email: 'ada@example.org', name: 'Ada', subject: 'auth0|ada', id };
  const made = await value(registry.commands.createUser({ credential, ...wanted }));
  expect(made).toEqual({ ...wanted, createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) });
  const listed = async () => (await value(registry.commands.listUsers({ credential }))).users;
  expect(await listed()).toContainEqual(made);
  expect((await value(registry.commands.listUsers({ credential: stranger }))).users).toEqual([]);
  const gone = { credential, userId: id };
  expect(await refusal(registry.commands.deleteUser({ ...gone, credential: stranger }))).toEqual(UNKNOWN_USER);
  await value(registry.commands.deleteUser(gone));
  expect(await listed()).not.toContainEqual(made);
  expect(await refusal(registry.commands.deleteUser(gone))).toEqual(UNKNOWN_USER);
  expect(await refusal(registry.commands.deleteUser({ ...gone, userId: '\0' }))).toEqual(UNKNOWN_USER);
});

test('email, subject and id that are taken are conflicts; email and subject within the account alone', async () => {
  const taken = { email: 'bo@example.org', name: null, subject: 'bo', id: 'usrAAAAAAAAAAAAA2' };
  await value(registry.commands.createUser({ credential, ...taken }));
  const free = { email: 'other@example.org', name: null, subject: 'other', id: 'usrAAAAAAAAAAAAA3' };
  for (const field of ['email', 'subject', 'id'] as const) {
    const asked = registry.commands.createUser({ credential, ...free, [field]: taken[field] });
    expect(await refusal(asked)).toMatchObject({
      code: 'conflict',
      field,
      message: expect.stringMatching(`^${field} `),
    });
  }
  const elsewhere = { credential: stranger, ...taken, id: undefined };
  expect(await value(registry.commands.createUser(elsewhere))).toMatchObject({ email: taken.email });
  const theirs = registry.commands.createUser({ credential: stranger, ...free, id: taken.id });
  expect(await refusal(theirs)).toMatchObject({ code: 'conflict', field: 'id' });
});

test.each([
  [{ email: '' }, 'email', 'email is empty'],
  [{ email: 'nobody' }, 'email', 'email is no email address'],
  [{ email: `${'x'.repeat(200)}@example.org` }, 'email', 'email is longer than 200 characters'],
  [{ name: ' ' }, 'name', 'name is empty'],
  [{ name: 'a\0' }, 'name', 'name contains control characters'],
  [{ subject: ' s' }, 'subject', 'subject begins or ends with white space'],
  [{ id: 'usr1' }, 'id', 'id must be a user id: usr and 14 letters or digits'],
])('a user with %j is refused', async (fault, field, message) => {
  const wanted = { credential, email: 'x@example.org', name: null, subject: null, ...fault };
  expect(await refusal(registry.commands.createUser(wanted))).toEqual({ code: 'invalid', field, message });
});

test('of a hundred users of one email that are made at once, one comes to be', async () => {
  const wanted = { credential, email: 'once@example.org', name: null, subject: null };
  const made = await Promise.all(Array.from({ length: 100 }, () => registry.commands.createUser(wanted)));
  expect(made.filter(({ ok }) => ok)).toHaveLength(1);
});

test('a collaborator has the role that was put last, and is listed by email', async () => {
  const { id: baseId } = await newBase();
  const [first, second] = [await newUser(), await newUser()];
  const put = (userId: string, role: Role) =>
    value(registry.commands.putCollaborator({ credential, baseId, userId, role }));
  await put(second.id, 'editor');
  await put(first.id, 'read_only');
  expect(await put(first.id, 'creator')).toEqual({ userId: first.id, email: first.email, role: 'creator' });
  expect((await value(registry.commands.listCollaborators({ credential, baseId }))).collaborators).toEqual([
    { userId: first.id, email: first.email, role: 'creator' },
    { userId: second.id, email: second.email, role: 'editor' },
  ]);
  const whom = { credential, baseId, userId: first.id };
  await value(registry.commands.deleteCollaborator(whom));
  const unknown = { code: 'not_found', message: 'this user does not work in this base', field: 'user_id' };
  expect(await refusal(registry.commands.deleteCollaborator(whom))).toEqual(unknown);
  expect(await refusal(registry.commands.deleteCollaborator({ ...whom, userId: '\0' }))).toEqual(unknown);
});

test("bases and users of other accounts don't meet, and look as if they did not exist", async () => {
  const [mine, theirs] = [await newBase(), await newBase(stranger)];
  const [ours, foreign] = [await newUser(), await newUser(stranger)];
  const put = (baseId: string, userId: string) =>
    refusal(registry.commands.putCollaborator({ credential, baseId, userId, role: 'owner' }));
  expect(await put(theirs.id, ours.id)).toEqual(UNKNOWN_BASE);
  expect(await put('appNone', ours.id)).toEqual(UNKNOWN_BASE);
  expect(await put('appAAAAAAAAAAAAAA', ours.id)).toEqual(UNKNOWN_BASE);
  expect(await put(mine.id, foreign.id)).toEqual(UNKNOWN_USER);
  expect(await put(mine.id, '\0')).toEqual(UNKNOWN_USER);
  const list = registry.commands.listCollaborators({ credential, baseId: theirs.id });
  expect(await refusal(list)).toEqual(UNKNOWN_BASE);
  const remove = registry.commands.deleteCollaborator({ credential, baseId: theirs.id, userId: foreign.id });
  expect(await refusal(remove)).toEqual(UNKNOWN_BASE);
  const role = registry.commands.putCollaborator({
    credential,
    baseId: mine.id,
    userId: ours.id,
    role: 'king' as Role,
  });
  expect(await refusal(role)).toMatchObject({ code: 'invalid', field: 'role' });
});

test('a token is shown once, in its form, and kept as a hash', async () => {
  const { id: userId } = await newUser();
  const base = await newBase();
  const wanted = {
    credential,
    userId,
    kind: 'personal_access_token' as const,
    name: 'Zap',
    scopes: ['webhook:manage' as const, 'webhook:manage' as const],
    bases: [base.id, base.id],
  };
  const { token, ...made } = await value(registry.commands.createToken(wanted));
  expect(token).toMatch(/^pat[0-9A-Za-z]{14}\.[0-9a-f]{64}$/);
  expect(made).toEqual({
    id: expect.stringMatching(/^tok_/),
    userId,
    kind: 'personal_access_token',
    name: 'Zap',
    scopes: ['webhook:manage'],
    bases: [base.id],
    createdAt: expect.stringMatching(/Z$/),
    revokedAt: null,
  });
  expect((await value(registry.commands.listTokens({ credential }))).tokens).toContainEqual(made);
  const legacy = { ...wanted, kind: 'user_api_key' as const, scopes: [], bases: null };
  expect((await value(registry.commands.createToken(legacy))).token).toMatch(/^key[0-9A-Za-z]{43}$/);

  const [row] = await registry.database.query('select * from registry.user_token where id = $1', [made.id]);
  const text = JSON.stringify({ ...row, hash: row.hash.toString('hex') });
  expect(text).not.toContain(token.slice(20));
});

test.each([
  [{ name: '' }, 'name', 'name is empty'],
  [{ scopes: ['webhook:manage', 'all'] }, 'scopes.1', 'scopes.1 must be one of'],
  [{ bases: ['appNone'] }, 'bases.0', 'bases.0 is no base of this account'],
  [{ bases: ['\0'] }, 'bases.0', 'bases.0 is no base of this account'],
  [{ bases: Array.from({ length: 1_001 }, String) }, 'bases', 'bases are more than 1000'],
  [{ kind: 'user_api_key' }, 'scopes', 'scopes must be empty'],
  [{ kind: 'user_api_key', scopes: [], bases: [] }, 'bases', 'bases must be null'],
])('a token with %j is refused', async (fault, field, message) => {
  const { id: userId } = await newUser();
  const wanted = { kind: 'personal_access_token', name: 'x', scopes: ['webhook:manage'], bases: null, ...fault };
  const asked = registry.commands.createToken({ credential, userId, ...wanted } as never);
  const refused = await refusal(asked);
  expect(refused).toMatchObject({ code: 'invalid', field });
  expect(refused.message.startsWith(message)).toBe(true);
});

test("a token is not for another account's user or base", async () => {
  const [theirs, foreign] = [await newBase(stranger), await newUser(stranger)];
  const { id: userId } = await newUser();
  const wanted = { credential, kind: 'personal_access_token' as const, name: 'x', scopes: [] };
  const user = registry.commands.createToken({ ...wanted, userId: foreign.id, bases: null });
  expect(await refusal(user)).toEqual(UNKNOWN_USER);
  const base = registry.commands.createToken({ ...wanted, userId, bases: [theirs.id] });
  expect(await refusal(base)).toMatchObject({ code: 'invalid', field: 'bases.0' });
  const made = await newToken(userId);
  const unknown = { code: 'not_found', message: 'there is no such token', field: 'token_id' };
  const revoke = (of: string, tokenId: string) => registry.commands.revokeToken({ credential: of, tokenId });
  expect(await refusal(revoke(stranger, made.id))).toEqual(unknown);
  expect(await refusal(revoke(credential, 'tok_none'))).toEqual(unknown);
  expect(await refusal(revoke(credential, '\0'))).toEqual(unknown);
});

test('revoking again changes nothing, and a revoked token is listed for 30 days', async () => {
  const made = await newToken((await newUser()).id);
  const revoke = () => value(registry.commands.revokeToken({ credential, tokenId: made.id }));
  const listed = async () =>
    (await value(registry.commands.listTokens({ credential }))).tokens.find(({ id }) => id === made.id);
  await revoke();
  const first = await listed();
  expect(first!.revokedAt).not.toBeNull();
  registry.clock.advance(29 * 24 * 3_600_000);
  await revoke();
  expect(await listed()).toEqual(first);
  registry.clock.advance(24 * 3_600_000);
  expect(await listed()).toBeUndefined();
  await newToken((await newUser()).id);
  expect(await registry.database.query('select 1 from registry.user_token where id = $1', [made.id])).toEqual([]);
});

test('an integration is named anew, and gone when deleted', async () => {
  const wanted = { credential, clientId: 'client-1', name: 'Sync' };
  const made = await value(registry.commands.putIntegration(wanted));
  expect(made).toMatchObject({ clientId: 'client-1', name: 'Sync' });
  registry.clock.advance(1_000);
  const renamed = await value(registry.commands.putIntegration({ ...wanted, name: 'Sync 2' }));
  expect(renamed).toEqual({ ...made, name: 'Sync 2' });
  expect(await value(registry.commands.listIntegrations({ credential }))).toEqual({
    integrations: [renamed],
    more: false,
  });
  expect(await value(registry.commands.listIntegrations({ credential: stranger }))).toEqual({
    integrations: [],
    more: false,
  });

  const remove = (of: string, clientId: string) => registry.commands.deleteIntegration({ credential: of, clientId });
  const unknown = { code: 'not_found', message: 'there is no such integration', field: 'client_id' };
  expect(await refusal(remove(stranger, 'client-1'))).toEqual(unknown);
  expect(await refusal(remove(credential, '\0'))).toEqual(unknown);
  await value(remove(credential, 'client-1'));
  expect(await refusal(remove(credential, 'client-1'))).toEqual(unknown);
  const padded = registry.commands.putIntegration({ ...wanted, clientId: 'c ' });
  expect(await refusal(padded)).toMatchObject({ code: 'invalid', field: 'client_id' });
});

test.each<[string, (ids: { userId: string; baseId: string; tokenId: string }) => Promise<{ ok: boolean }>]>([
  ['the token', ({ tokenId }) => registry.commands.revokeToken({ credential, tokenId })],
  ['the collaborator', ({ userId, baseId }) => registry.commands.deleteCollaborator({ credential, userId, baseId })],
  ['the user', ({ userId }) => registry.commands.deleteUser({ credential, userId })],
  ['the base', ({ baseId }) => registry.commands.deleteBase({ credential, baseId })],
])('taking %s away works at once where it was done, and within 5 s everywhere else', async (_what, takeAway) => {
  const other = await registry.another();
  const { id: userId } = await newUser();
  const { id: baseId } = await newBase();
  await value(registry.commands.putCollaborator({ credential, baseId, userId, role: 'creator' }));
  const { token, id: tokenId } = await newToken(userId);
  expect(await value(listing(registry, token, baseId))).toEqual({ webhooks: [] });
  expect(await value(listing(other, token, baseId))).toEqual({ webhooks: [] });

  expect(await takeAway({ userId, baseId, tokenId })).toMatchObject({ ok: true });
  expect((await listing(registry, token, baseId)).ok).toBe(false);
  registry.clock.advance(5_000);
  expect((await listing(other, token, baseId)).ok).toBe(false);
});

test('a base that comes again under its id is closed to the tokens that were for it', async () => {
  const { id: userId } = await newUser();
  const { id } = await newBase();
  const { token, id: tokenId } = await newToken(userId, [id]);
  const join = () => value(registry.commands.putCollaborator({ credential, baseId: id, userId, role: 'creator' }));
  await join();
  await value(listing(registry, token, id));
  await value(registry.commands.deleteBase({ credential, baseId: id }));
  await value(registry.commands.createBase({ credential, id, name: 'Again', transactionNumbers: 'given' }));
  await join();
  expect(await refusal(listing(registry, token, id))).toMatchObject({ code: 'hidden' });
  const { tokens } = await value(registry.commands.listTokens({ credential }));
  expect(tokens.find((listed) => listed.id === tokenId)).toMatchObject({ bases: [] });
});

test('what happens to people is on the audit trail: who, what, which, from where', async () => {
  const from = '203.0.113.9';
  const asked = { credential, from };
  const { id: baseId } = await newBase();
  const wanted = { email: 'audited@example.org', name: null, subject: null };
  const { id: userId } = await value(registry.commands.createUser({ ...asked, ...wanted }));
  await value(registry.commands.putCollaborator({ ...asked, baseId, userId, role: 'editor' }));
  const token = { userId, kind: 'user_api_key' as const, name: 'x', scopes: [], bases: null };
  const { id: tokenId } = await value(registry.commands.createToken({ ...asked, ...token }));
  await value(registry.commands.revokeToken({ ...asked, tokenId }));
  await value(registry.commands.revokeToken({ ...asked, tokenId }));
  await value(registry.commands.deleteCollaborator({ ...asked, baseId, userId }));
  await value(registry.commands.deleteUser({ ...asked, userId }));
  await value(registry.commands.putIntegration({ ...asked, clientId: 'c', name: 'C' }));
  await value(registry.commands.deleteIntegration({ ...asked, clientId: 'c' }));
  const trail = await registry.database.query(
    `select action, subject, reason, key_id from registry.audit_entry
     where account_id = $1 and came_from = $2 order by id`,
    [accountId, from],
  );
  const entry = (action: string, subject: string, reason: string | null = null) => ({
    action,
    subject,
    reason,
    key_id: keyId,
  });
  expect(trail).toEqual([
    entry('user.created', userId),
    entry('collaborator.put', `${baseId}/${userId}`, 'role editor'),
    entry('token.created', tokenId),
    entry('token.revoked', tokenId),
    entry('collaborator.deleted', `${baseId}/${userId}`),
    entry('user.deleted', userId),
    entry('integration.put', 'c'),
    entry('integration.deleted', 'c'),
  ]);
});

test('all of it is for admin keys', async () => {
  const live = await value(registry.commands.createKey({ credential, kind: 'live', audience: 'own' }));
  const ask = { credential: live.key, userId: 'u', baseId: 'b', tokenId: 't', clientId: 'c', name: 'n' };
  const { commands } = registry;
  const answers = await Promise.all([
    commands.createUser({ ...ask, email: 'x@example.org', subject: null }),
    commands.listUsers(ask),
    commands.deleteUser(ask),
    commands.createBase({ ...ask, transactionNumbers: 'given' }),
    commands.listBases(ask),
    commands.getBase(ask),
    commands.deleteBase(ask),
    commands.putTable({ ...ask, table: { id: 't', name: null, description: null, fields: [], views: [] } }),
    commands.deleteTable({ ...ask, tableId: 't' }),
    commands.putCollaborator({ ...ask, role: 'owner' }),
    commands.listCollaborators(ask),
    commands.deleteCollaborator(ask),
    commands.createToken({ ...ask, kind: 'user_api_key', scopes: [], bases: null }),
    commands.listTokens(ask),
    commands.revokeToken(ask),
    commands.putIntegration(ask),
    commands.listIntegrations(ask),
    commands.deleteIntegration(ask),
  ]);
  const needsAdmin = { code: 'forbidden', message: 'this needs an API key with the scope admin' };
  for (const answer of answers) expect(answer).toEqual({ ok: false, refusal: needsAdmin });
});
