import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
let path: string;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
  gateway.registry.add('admin-key', { kind: 'admin' });
  const body = '{"endpoint":"https://example.com/x","event_type":"follow.created","description":"one"}';
  const headers = { authorization: 'live-key', 'content-type': 'application/json' };
  const made = await (await gateway.ask('/v1/webhooks', { method: 'POST', headers, body })).json();
  path = `/v1/webhooks/${(made as { webhook_id: string }).webhook_id}`;
});
afterAll(() => gateway.stop());

const ask = (method: string, conditions: Record<string, string>, body?: object) =>
  gateway.ask(path, {
    method,
    headers: { authorization: 'live-key', 'content-type': 'application/json', ...conditions },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

it('a state that the caller has already is not sent again', async () => {
  const shown = await ask('GET', {});
  expect([shown.status, shown.headers.get('etag')]).toEqual([200, '"tag-one"']);
  for (const known of ['"tag-one"', 'W/"tag-one"', '"x", "tag-one"', '*']) {
    const answer = await ask('GET', { 'if-none-match': known });
    expect([known, answer.status, answer.headers.get('etag'), await answer.text()]).toEqual([
      known,
      304,
      '"tag-one"',
      '',
    ]);
  }
  expect((await ask('GET', { 'if-none-match': '"tag-two"' })).status).toBe(200);
});

it('only the state that the caller saw is changed', async () => {
  for (const other of ['"tag-two"', 'W/"tag-one"', '"*"', '"*.x"', '"tag-two", "*"']) {
    const refused = await ask('PATCH', { 'if-match': other }, { description: 'lost' });
    expect([other, refused.status]).toEqual([other, 412]);
  }
  expect((await ask('PATCH', { 'if-match': 'tag-one' }, { description: 'lost' })).status).toBe(400);
  const changed = await ask('PATCH', { 'if-match': '"tag-one"' }, { description: 'two' });
  expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"tag-two"']);
  expect((await ask('PATCH', { 'if-match': '*' }, { description: 'three' })).status).toBe(200);
});

describe('what has a state beside webhooks', () => {
  const admin = { authorization: 'admin-key', 'content-type': 'application/json' };
  const send = (
    method: string,
    path: string,
    body?: object,
    conditions: Record<string, string> = {},
  ): Promise<Response> =>
    gateway.ask(path, {
      method,
      headers: { ...admin, ...conditions },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const made = async (path: string, body: object): Promise<string> =>
    `${path}/${((await (await send('POST', path, body)).json()) as { id: string }).id}`;
  const BASE = 'appA1b2C3d4E5f6G7';

  it.each([
    ['the account', async (): Promise<string> => '/v1/account', 'PATCH', (name: string): object => ({ name })],
    [
      'an event type',
      async (): Promise<string> => {
        await send('PUT', '/v1/event-types/own.type', { description: 'one' });
        return '/v1/event-types/own.type';
      },
      'PUT',
      (description: string): object => ({ description }),
    ],
    [
      'a source',
      (): Promise<string> => made('/v1/sources', { topic: 'orders', format: 'cloudevents', description: 'one' }),
      'PATCH',
      (description: string): object => ({ description }),
    ],
  ] as const)('%s is not sent again, and changed only as the caller saw it', async (_, there, method, change) => {
    const at = await there();
    const seen = (await send('GET', at)).headers.get('etag') ?? '';
    expect(seen).toMatch(/^"[^"]+"$/);
    const again = await send('GET', at, undefined, { 'if-none-match': seen });
    expect([again.status, await again.text()]).toEqual([304, '']);
    const changed = await send(method, at, change('two'), { 'if-match': seen });
    const current = changed.headers.get('etag') ?? '';
    expect([changed.status, current === seen]).toEqual([200, false]);
    expect((await send(method, at, change('lost'), { 'if-match': seen })).status).toBe(412);
    expect((await send(method, at, change('lost'), { 'if-match': 'bare' })).status).toBe(400);
    expect((await send('GET', at, undefined, { 'if-none-match': seen })).headers.get('etag')).toBe(current);
    expect((await send(method, at, change('three'), { 'if-match': '*' })).status).toBe(200);
  });

  it('a base is deleted only with the tables that the caller saw', async () => {
    await send('POST', '/v1/bases', { name: 'Work', id: BASE });
    const at = `/v1/bases/${BASE}`;
    const seen = (await send('GET', at)).headers.get('etag') ?? '';
    expect((await send('GET', at, undefined, { 'if-none-match': seen })).status).toBe(304);
    await send('POST', `${at}/tables`, { name: 'Tasks' });
    expect((await send('DELETE', at, undefined, { 'if-match': seen })).status).toBe(412);
    const current = (await send('GET', at)).headers.get('etag') ?? '';
    expect((await send('DELETE', at, undefined, { 'if-match': current })).status).toBe(200);
  });

  it('a source that does otherwise is shown again, and may be changed all the same', async () => {
    const at = await made('/v1/sources', { topic: 'payments', format: 'cloudevents' });
    const seen = (await send('GET', at)).headers.get('etag') ?? '';
    const { progress } = gateway.sources.sources.get(at.split('/').at(-1)!)!;
    progress.imported += 1;
    const now = await send('GET', at, undefined, { 'if-none-match': seen });
    expect([now.status, now.headers.get('etag') === seen]).toEqual([200, false]);
    expect((await send('PATCH', at, { description: 'mine' }, { 'if-match': seen })).status).toBe(200);
  });

  it('two keys see the same account, and not the same answer', async () => {
    const seen = (await send('GET', '/v1/account')).headers.get('etag') ?? '';
    const other = { authorization: 'live-key', 'if-none-match': seen };
    expect((await gateway.ask('/v1/account', { headers: other })).status).toBe(200);
  });
});
