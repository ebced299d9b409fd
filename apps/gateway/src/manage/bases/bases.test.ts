import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../../testing/gateway-under-test.js';

const BASE = 'appAAAAAAAAAAAAAA';
const TABLE = 'tblAAAAAAAAAAAAAA';
const USER = 'usrAAAAAAAAAAAAAA';
const AT = '2026-06-01T09:30:00.000Z';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
  gateway.registry.add('admin-key', { kind: 'admin' });
});
afterAll(() => gateway.stop());

async function ask(method: string, path: string, body?: unknown, authorization = 'Bearer admin-key') {
  const headers = { authorization, 'content-type': 'application/json' };
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await gateway.ask(path, { method, headers, ...text });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The newest request that the registry got for a command. */
const lastAsked = (command: string) => gateway.bases.asked.filter((asked) => asked.command === command).at(-1)?.request;

describe('users', () => {
  it('are created, listed and deleted', async () => {
    const ada = { id: USER, email: 'ada@example.org', name: 'Ada', subject: 'idp|ada', created_at: AT };
    const wanted = { id: USER, email: 'ada@example.org', name: 'Ada', subject: 'idp|ada' };
    expect(await ask('POST', '/v1/users', wanted)).toEqual({ status: 201, body: ada });
    const created = await ask('POST', '/v1/users', { email: 'bob@example.org' });
    expect(created).toMatchObject({ status: 201, body: { name: null, subject: null } });
    expect(lastAsked('createUser')).toEqual({
      credential: 'admin-key',
      email: 'bob@example.org',
      name: null,
      subject: null,
      from: '127.0.0.1',
    });
    const bob = String(created.body.id);
    expect(await ask('DELETE', `/v1/users/${bob}`)).toEqual({ status: 200, body: { id: bob, deleted: true } });
    expect(await ask('GET', '/v1/users')).toEqual({ status: 200, body: { users: [ada], next_cursor: null } });
    expect(await ask('DELETE', '/v1/users/usr0')).toMatchObject({ status: 404, body: { status: 404 } });
  });
});

describe('bases', () => {
  it('are created, listed, shown with their schema and deleted', async () => {
    const base = { id: BASE, name: 'Orders', transaction_numbers: 'assigned', created_at: AT };
    expect(await ask('POST', '/v1/bases', { name: 'Orders', id: BASE })).toEqual({ status: 201, body: base });
    expect(await ask('POST', '/v1/bases', { name: 'Again', id: BASE })).toMatchObject({
      status: 409,
      body: { errors: [{ path: 'id' }] },
    });
    const given = await ask('POST', '/v1/bases', { name: 'Numbered', transaction_numbers: 'given' });
    expect(given).toMatchObject({ status: 201, body: { transaction_numbers: 'given' } });
    expect(await ask('GET', '/v1/bases')).toEqual({
      status: 200,
      body: { bases: [base, given.body], next_cursor: null },
    });
    expect(await ask('GET', `/v1/bases/${BASE}`)).toEqual({ status: 200, body: { ...base, tables: [] } });
    const path = `/v1/bases/${given.body.id}`;
    expect(await ask('DELETE', path)).toEqual({ status: 200, body: { id: given.body.id, deleted: true } });
    expect((await ask('GET', path)).status).toBe(404);
  });
});

describe('tables', () => {
  const path = `/v1/bases/${BASE}/tables`;

  it('get the ids that are not given when they are created', async () => {
    const field = { id: 'fldAAAAAAAAAAAAAA', name: 'Name', type: 'singleLineText' };
    const wanted = { name: 'Tasks', fields: [field, { name: 'Done', type: 'checkbox' }], views: [{ name: 'All' }] };
    const { status, body } = await ask('POST', path, wanted);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^tbl[0-9A-Za-z]{14}$/),
      name: 'Tasks',
      description: null,
      fields: [field, { id: expect.stringMatching(/^fld[0-9A-Za-z]{14}$/), name: 'Done', type: 'checkbox' }],
      views: [{ id: expect.stringMatching(/^viw[0-9A-Za-z]{14}$/), name: 'All', type: null }],
    });
    expect(await ask('GET', `/v1/bases/${BASE}`)).toMatchObject({ body: { tables: [body] } });
    expect(await ask('POST', path, {})).toMatchObject({ status: 201, body: { name: null, fields: [], views: [] } });
    expect((await ask('POST', '/v1/bases/app0/tables', {})).status).toBe(404);
  });

  it('become exactly what is put, and go', async () => {
    const table = { name: 'Put', description: 'd', fields: [{ id: 'fldBBBBBBBBBBBBBB', name: null, type: null }] };
    const put = await ask('PUT', `${path}/${TABLE}`, { ...table, views: [] });
    expect(put).toEqual({ status: 200, body: { id: TABLE, ...table, views: [] } });
    expect(await ask('DELETE', `${path}/${TABLE}`)).toEqual({ status: 200, body: { id: TABLE, deleted: true } });
    expect((await ask('DELETE', `${path}/${TABLE}`)).status).toBe(404);
  });

  it.each([
    ['POST', '', { id: TABLE }, 'id'],
    ['POST', '', { fields: {} }, 'fields'],
    ['POST', '', { fields: ['x'] }, 'fields.0'],
    ['POST', '', { fields: [{}, { id: 'fld1' }] }, 'fields.1.id'],
    ['POST', '', { fields: [{ name: 7 }] }, 'fields.0.name'],
    ['POST', '', { fields: [{ name: 'taken' }] }, 'fields.0.name'],
    ['POST', '', { views: [{ id: 'fldAAAAAAAAAAAAAA' }] }, 'views.0.id'],
    ['POST', '', { views: [{ kind: 'grid' }] }, 'views.0.kind'],
    ['PUT', `/${TABLE}`, { fields: [] }, 'views'],
    ['PUT', `/${TABLE}`, { views: [] }, 'fields'],
    ['PUT', `/${TABLE}`, { fields: [{ name: 'a' }], views: [] }, 'fields.0.id'],
    ['PUT', '/tbl1', { fields: [], views: [] }, 'table_id'],
  ])('are refused by path: %s %s %j', async (method, end, body, wrong) => {
    const answer = await ask(method, path + end, body);
    expect(answer.status).toBe(400);
    expect((answer.body.errors as { path: string }[]).map((error) => error.path)).toEqual([wrong]);
  });
});

describe('collaborators', () => {
  const path = `/v1/bases/${BASE}/collaborators`;

  it('get a role, are listed, and go', async () => {
    const ada = { user_id: USER, email: 'ada@example.org', role: 'creator' };
    expect(await ask('PUT', `${path}/${USER}`, { role: 'creator' })).toEqual({ status: 200, body: ada });
    expect(await ask('GET', path)).toEqual({ status: 200, body: { collaborators: [ada], next_cursor: null } });
    expect(await ask('PUT', `${path}/usr0`, { role: 'editor' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'user_id' }] },
    });
    const gone = { user_id: USER, deleted: true };
    expect(await ask('DELETE', `${path}/${USER}`)).toEqual({ status: 200, body: gone });
    expect((await ask('DELETE', `${path}/${USER}`)).status).toBe(404);
  });
});

describe('tokens', () => {
  it('are shown once, listed without, and revoked', async () => {
    const wanted = {
      user_id: USER,
      kind: 'personal_access_token',
      name: 'ci',
      scopes: ['webhook:manage'],
      bases: [BASE],
    };
    const created = await ask('POST', '/v1/tokens', wanted);
    const { token, ...shown } = created.body;
    expect(created.status).toBe(201);
    expect(token).toMatch(/^pat/);
    expect(shown).toEqual({ id: 'tok_0', ...wanted, created_at: AT, revoked_at: null });
    expect(await ask('GET', '/v1/tokens')).toEqual({ status: 200, body: { tokens: [shown], next_cursor: null } });
    expect(await ask('DELETE', '/v1/tokens/tok_0')).toEqual({ status: 200, body: { id: 'tok_0', revoked: true } });
    expect(await ask('GET', '/v1/tokens')).toMatchObject({ body: { tokens: [{ revoked_at: AT }] } });
    expect((await ask('DELETE', '/v1/tokens/tok_9')).status).toBe(404);
  });

  it('are for all bases of their user when none are named, and have no scopes unless told', async () => {
    await ask('POST', '/v1/tokens', { user_id: USER, kind: 'user_api_key', name: 'old' });
    expect(lastAsked('createToken')).toMatchObject({ kind: 'user_api_key', scopes: [], bases: null });
  });
});

describe('integrations', () => {
  it('are admitted by their client id, listed, and removed', async () => {
    const client = 'https://client.example/app?x=1';
    const path = `/v1/integrations/${encodeURIComponent(client)}`;
    const shown = { client_id: client, name: 'Sync', created_at: AT };
    expect(await ask('PUT', path, { name: 'Sync' })).toEqual({ status: 200, body: shown });
    expect(await ask('GET', '/v1/integrations')).toEqual({
      status: 200,
      body: { integrations: [shown], next_cursor: null },
    });
    expect(await ask('DELETE', path)).toEqual({ status: 200, body: { client_id: client, deleted: true } });
    expect((await ask('DELETE', path)).status).toBe(404);
  });
});

it.each([
  ['/v1/users', {}, 'email'],
  ['/v1/users', { email: 'none' }, 'email'],
  ['/v1/users', { email: 'a@b', id: 'usr1' }, 'id'],
  ['/v1/users', { email: 'a@b', role: 'owner' }, 'role'],
  ['/v1/users', { email: 'a@b', name: 7 }, 'name'],
  ['/v1/bases', { id: BASE }, 'name'],
  ['/v1/bases', { name: 'b', id: 7 }, 'id'],
  ['/v1/bases', { name: 'b', transaction_numbers: 'none' }, 'transaction_numbers'],
  ['/v1/tokens', { kind: 'user_api_key', name: 'n' }, 'user_id'],
  ['/v1/tokens', { user_id: USER, kind: 'key', name: 'n' }, 'kind'],
  ['/v1/tokens', { user_id: USER, kind: 'user_api_key', name: 'n', scopes: ['webhook:manage', 'all'] }, 'scopes.1'],
  ['/v1/tokens', { user_id: USER, kind: 'user_api_key', name: 'n', bases: 'all' }, 'bases'],
  ['/v1/tokens', { user_id: USER, kind: 'user_api_key', name: 'n', bases: [7] }, 'bases.0'],
])('POST %s with %j is refused by the path that is wrong', async (path, body, wrong) => {
  expect(await ask('POST', path, body)).toMatchObject({ status: 400, body: { errors: [{ path: wrong }] } });
});

const routes = [
  ...['POST /v1/users', 'GET /v1/users', 'DELETE /v1/users/u'],
  ...['POST /v1/bases', 'GET /v1/bases', 'GET /v1/bases/b', 'DELETE /v1/bases/b'],
  ...['POST /v1/bases/b/tables', 'PUT /v1/bases/b/tables/t', 'DELETE /v1/bases/b/tables/t'],
  ...['GET /v1/bases/b/collaborators', 'PUT /v1/bases/b/collaborators/u', 'DELETE /v1/bases/b/collaborators/u'],
  ...['POST /v1/tokens', 'GET /v1/tokens', 'DELETE /v1/tokens/t'],
  ...['GET /v1/integrations', 'PUT /v1/integrations/c', 'DELETE /v1/integrations/c'],
];

it.each(routes)('%s needs an admin key, and takes no unknown query', async (route) => {
  const [method = '', path = ''] = route.split(' ');
  const body = method === 'GET' || method === 'DELETE' ? undefined : {};
  const asked = gateway.bases.asked.length;
  expect((await ask(method, path, body, 'live-key')).status).toBe(403);
  expect((await ask(method, path, body, 'nobody')).status).toBe(401);
  expect(await ask(method, `${path}?Limit=1`, body)).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'Limit' }] },
  });
  expect(gateway.bases.asked).toHaveLength(asked);
});
