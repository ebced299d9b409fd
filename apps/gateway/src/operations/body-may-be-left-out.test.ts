import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
  gateway.registry.add('live-key', { keyId: 'key-live' });
});
afterAll(() => gateway.stop());

const WEBHOOK = '/v1/webhooks/01M1Q5C7K8T3ZVXG6Q0W2R9D4E';

it.each([
  ['POST', `${WEBHOOK}/test`, 'no such webhook'],
  ['POST', '/v1/webhooks', 'the body is empty: a JSON object is required'],
  ['PATCH', WEBHOOK, 'the body is empty: a JSON object is required'],
])('%s %s without a body: %s', async (method, path, detail) => {
  const response = await gateway.ask(path, { method, headers: { authorization: 'live-key' } });
  expect(await response.json()).toMatchObject({ detail });
});
