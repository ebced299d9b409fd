import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
  gateway.registry.add('admin-key', { kind: 'admin' });
});
afterAll(() => gateway.stop());

describe('the example of an event type', () => {
  const headers = { authorization: 'admin-key', 'content-type': 'application/json' };
  const put = async (name: string, body: string) => {
    const response = await gateway.ask(`/v1/event-types/${name}`, { method: 'PUT', headers, body });
    return { status: response.status, text: await response.text() };
  };
  const SCHEMA =
    '{"type":"object","required":["orderId"],"properties":{"orderId":{"type":"string"}},"examples":[{"orderId":"of the schema"}]}';

  it('is its own as it was written, else the first of those in its schema', async () => {
    const own = '{ "orderId":"own", "n": 1152921504606846977 }';
    expect((await put('order.paid', `{"schema":${SCHEMA},"example":${own}}`)).text).toContain(`"example":${own}}`);
    const listed = await (await gateway.ask('/v1/event-types', { headers })).text();
    expect(listed).toContain(`"example":${own}}`);
    const without = await put('order.paid', `{"schema":${SCHEMA}}`);
    expect(without.text).toContain('"example":{"orderId":"of the schema"}}');
    expect((await put('order.sent', '{"example":7}')).text).toContain('"schema":null,"example":7}');
  });

  it('is refused with 400 and the path when the schema does not take it', async () => {
    const refused = await put('order.kept', `{"schema":${SCHEMA},"example":{"orderId":17}}`);
    expect(JSON.parse(refused.text)).toMatchObject({
      status: 400,
      detail: 'example.orderId must be string',
      errors: [{ path: 'example.orderId', message: 'must be string' }],
    });
    expect((await gateway.ask('/v1/event-types/order.kept', { headers })).status).toBe(404);
  });
});

describe('an event type that is deleted', () => {
  const headers = { authorization: 'admin-key', 'content-type': 'application/json' };
  const path = '/v1/event-types/short.lived';
  const publish = () =>
    gateway.ask('/v1/events', {
      method: 'POST',
      headers: {
        authorization: 'live-key',
        'ce-specversion': '1.0',
        'ce-type': 'short.lived',
        'ce-source': '/',
        'ce-id': '1',
      },
      body: '{}',
    });

  it('is not known any more at once, to publishing either', async () => {
    const put = await gateway.ask(path, { method: 'PUT', headers, body: '{"description":"a"}' });
    expect((await publish()).status).toBe(202);
    const stale = { ...headers, 'if-match': '"another"' };
    expect((await gateway.ask(path, { method: 'DELETE', headers: stale })).status).toBe(412);
    const seen = { ...headers, 'if-match': put.headers.get('etag') ?? '' };
    const deleted = await gateway.ask(path, { method: 'DELETE', headers: seen });
    expect([deleted.status, await deleted.json()]).toEqual([200, { name: 'short.lived', deleted: true }]);
    expect((await publish()).status).toBe(422);
    expect((await gateway.ask(path, { headers })).status).toBe(404);
    expect((await gateway.ask(path, { method: 'DELETE', headers })).status).toBe(404);
  });
});

describe('the schema of an event type', () => {
  const schema = async (name: string, credential = 'test-key') => {
    const response = await gateway.ask(`/v1/event-types/${name}/schema`, { headers: { authorization: credential } });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };

  it('is served as it was written, to whoever may read the catalogue', async () => {
    const written = '{ "type":"integer", "maximum": 1152921504606846977 }';
    const headers = { authorization: 'admin-key', 'content-type': 'application/json' };
    await gateway.ask('/v1/event-types/own.type', { method: 'PUT', headers, body: `{"schema":${written}}` });
    expect(await schema('own.type')).toEqual({
      status: 200,
      type: 'application/schema+json; charset=utf-8',
      text: written,
    });
    expect(JSON.parse((await schema('follow.created')).text)).toMatchObject({ type: 'object' });
  });

  it('is the one that takes everything where a type has none, and 404 where there is no type', async () => {
    expect(await schema('anything')).toMatchObject({ status: 200, text: 'true' });
    expect(await schema('nothing')).toMatchObject({ status: 404, type: 'application/problem+json; charset=utf-8' });
    expect((await schema('anything', 'nobody')).status).toBe(401);
  });
});
