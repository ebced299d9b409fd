import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
let path: string;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
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
  for (const other of ['"tag-two"', 'W/"tag-one"']) {
    const refused = await ask('PATCH', { 'if-match': other }, { description: 'lost' });
    expect([other, refused.status]).toEqual([other, 412]);
  }
  expect((await ask('PATCH', { 'if-match': 'tag-one' }, { description: 'lost' })).status).toBe(400);
  const changed = await ask('PATCH', { 'if-match': '"tag-one"' }, { description: 'two' });
  expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"tag-two"']);
  expect((await ask('PATCH', { 'if-match': '*' }, { description: 'three' })).status).toBe(200);
});
