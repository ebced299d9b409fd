import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
  gateway.registry.add('admin-key', { kind: 'admin', operator: true });
});
afterAll(() => gateway.stop());

async function ask(method: string, path: string, body?: string, authorization = 'Bearer admin-key') {
  const headers = { authorization, 'content-type': 'application/json' };
  const response = await gateway.ask(path, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: response.status, text: await response.text() };
}

const json = async (...request: Parameters<typeof ask>) => {
  const { status, text } = await ask(...request);
  return { status, body: JSON.parse(text) as unknown };
};

describe('the management API', () => {
  it('keeps the schema of an event type as it was written, every digit included', async () => {
    const schema = '{ "type":"integer", "maximum": 1152921504606846977 }';
    const put = await ask('PUT', '/v1/event-types/order.paid', `{"description":"d","schema":${schema}}`);
    expect(put.status).toBe(200);
    expect(put.text).toBe(`{"name":"order.paid","description":"d","built_in":false,"schema":${schema},"example":null}`);
    expect((await ask('GET', '/v1/event-types')).text).toContain(schema);
  });

  it('shows the catalogue to a test key, and nothing else', async () => {
    expect((await ask('GET', '/v1/event-types', undefined, 'test-key')).status).toBe(200);
    expect((await ask('GET', '/v1/webhooks', undefined, 'test-key')).status).toBe(401);
  });

  it('refuses a schema that could not be used', async () => {
    const { status, body } = await json('PUT', '/v1/event-types/a', '{"schema":{"$ref":"https://e.com"}}');
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ path: 'schema', message: expect.stringContaining('$ref') }] });
  });

  it('refuses members that it does not know, so that a misspelt schema does not erase the one there is', async () => {
    const before = gateway.registry.eventTypes.length;
    const { status, body } = await json('PUT', '/v1/event-types/order.paid', '{"shema":{},"x":1}');
    expect(status).toBe(400);
    expect(body).toMatchObject({
      detail: 'shema and x are not known here: description and schema and example are',
      errors: [{ path: 'shema' }, { path: 'x' }],
    });
    expect(gateway.registry.eventTypes).toHaveLength(before);
  });

  it('creates accounts and keys, and says once what the key is', async () => {
    expect(await json('POST', '/v1/accounts', '{"name":"b"}')).toMatchObject({
      status: 201,
      body: { account_id: 'acc-b', admin_key: { kind: 'admin', key: expect.any(String) } },
    });
    const created = await json('POST', '/v1/keys', '{"kind":"live"}');
    expect(created).toMatchObject({ status: 201, body: { kind: 'live', audience: 'own', key: expect.any(String) } });
    const listed = {
      ...{ id: 'key9', kind: 'live', scopes: ['read', 'write', 'publish'], audience: 'own', name: null },
      ...{ created_at: expect.any(String), expires_at: null, revoked_at: null },
    };
    expect(await json('GET', '/v1/keys')).toEqual({ status: 200, body: { keys: [listed], next_cursor: null } });
  });

  it.each([
    ['/v1/accounts', '{}', 'name'],
    ['/v1/keys', '{"kind":"root"}', 'kind'],
    ['/v1/keys', '{"kind":"live","audience":"some"}', 'audience'],
    ['/v1/keys', '{"kind":"live","account_id":"acc2"}', 'account_id'],
    ['/v1/accounts', '{"name":"b","operator":true}', 'operator'],
  ])('answers POST %s with %s by the path that is wrong', async (path, body, wrong) => {
    expect(await json('POST', path, body)).toMatchObject({ status: 400, body: { errors: [{ path: wrong }] } });
  });

  it('lists webhooks page by page, filters as they were written', async () => {
    const page = async (query: string) => {
      const { status, body } = await json('GET', `/v1/webhooks${query}`);
      expect(status).toBe(200);
      return body as { webhooks: { webhook_id: string; filter: unknown; state: string }[]; next_cursor: string | null };
    };
    const first = await page('?limit=2');
    expect(first.webhooks).toMatchObject([{ filter: { a: '<i>' } }, { state: 'enabled' }]);
    const second = await page(`?limit=2&cursor=${first.next_cursor}`);
    const all = [...first.webhooks, ...second.webhooks].map(({ webhook_id }) => webhook_id);
    expect(all).toEqual(gateway.registry.shown.map(({ id }) => id));
    expect(second.next_cursor).toBeNull();
    expect(await page('')).toMatchObject({ webhooks: [{}, {}, {}], next_cursor: null });
  });

  it.each([
    ...['0', '1001', 'x', '1.5', '1e1', '+1', '%201', '', '1&limit=2'].map((limit) => [`limit=${limit}`, 'limit']),
    ...['x', '', '%00', 'a&cursor=b', '01ARZ3NDEKTSV4RRFFQ69G5FAV'].map((cursor) => [`cursor=${cursor}`, 'cursor']),
    ['page=2', 'page'],
    ['limit=1&Limit=2', 'Limit'],
  ])('refuses to list webhooks by ?%s', async (query, path) => {
    expect(await json('GET', `/v1/webhooks?${query}`)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });

  it.each([
    ['GET', '/v1/event-types/anything?limit=1', 'limit is not known here: nothing is'],
    ['GET', '/v1/events?source=a&id=b&ids=c', 'ids is not known here: source and id are'],
    ['POST', '/v1/keys?kind=live', 'kind is not known here: nothing is'],
  ])('refuses what it would not look at: %s %s', async (method, path, detail) => {
    const body = method === 'POST' ? '{"kind":"live"}' : undefined;
    expect(await json(method, path, body)).toMatchObject({ status: 400, body: { detail } });
  });

  it('answers 404 for the secret of a webhook that is not there', async () => {
    expect(await json('GET', '/v1/webhooks/01J/secret')).toMatchObject({ status: 404, body: { status: 404 } });
  });
});
