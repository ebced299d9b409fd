import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
  gateway.registry.add('admin-key', { kind: 'admin' });
});
afterAll(() => gateway.stop());

async function send(webhookId: string, body: string) {
  const headers = { authorization: 'Bearer admin-key', 'content-type': 'application/json' };
  const response = await gateway.ask(`/v1/webhooks/${webhookId}/test`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as unknown };
}
const sent = () => gateway.jobs.asked.findLast(({ command }) => command === 'sendTest')?.request;

it('sends what is given as it was written, and else the example of its type, every digit included', async () => {
  const eventType = 'follow.created';
  const headers = { authorization: 'Bearer admin-key', 'content-type': 'application/json' };
  const body = JSON.stringify({ endpoint: 'https://example.org/', event_type: eventType });
  const created = await gateway.ask('/v1/webhooks', { method: 'POST', headers, body });
  const { webhook_id: id } = (await created.json()) as { webhook_id: string };
  expect(await send(id, '{"data": { "n": 1e400 } }')).toEqual({
    status: 202,
    body: { delivery_id: 'msg_test', event: { source: '/sluice/test', id: 'test_1' } },
  });
  expect(sent()).toEqual({ credential: 'admin-key', webhookId: id, data: '{ "n": 1e400 }' });
  const put = (schema: string) =>
    gateway.ask(`/v1/event-types/${eventType}`, {
      method: 'PUT',
      headers,
      body: `{"schema":${schema}}`,
    });
  const registered = await put('{"examples":[ {"n":1152921504606846977}, 2 ]}');
  expect(await registered.text()).toContain('"example":{"n":1152921504606846977}}');
  expect((await send(id, '{}')).status).toBe(202);
  expect(sent()).toMatchObject({ data: '{"n":1152921504606846977}' });
  expect((await send(id, '{"data":null}')).status).toBe(202);
  expect(sent()).toMatchObject({ data: '{"n":1152921504606846977}' });
  await put('true');
  expect(await send(id, '{}')).toMatchObject({ status: 400, body: { errors: [{ path: 'data' }] } });
  expect(await send(id, '{"date":1}')).toMatchObject({ status: 400, body: { errors: [{ path: 'date' }] } });
  expect((await send('01J', '{}')).status).toBe(404);
});
