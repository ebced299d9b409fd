import { request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
});
afterAll(() => gateway.stop());

/** The headers of the answer to a request target that is sent as it stands. */
const headersOf = (target: string) =>
  new Promise<Record<string, unknown>>((resolve, reject) => {
    const sent = request({ port: gateway.port, host: '127.0.0.1', path: target }, (answer) => {
      answer.resume();
      resolve(answer.headers);
    });
    sent.on('error', reject).end();
  });

it('nothing of our own API is stored on its way, or taken for anything else than it says', async () => {
  const entered = await gateway.ask('/portal?token=a.token/with%2Bsigns');
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  for (const [path, status] of [
    ['/v1/account', 200],
    ['/v1/nothing', 404],
    ['/v1/keys', 403],
    ['/v1/webhooks?limit=x', 400],
    ['/v1/webhooks/%', 400],
  ] as const) {
    const { headers, status: answered } = await gateway.ask(path, { headers: { cookie } });
    expect([path, answered]).toEqual([path, status]);
    expect([path, headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
      ...[path, 'no-store', 'nosniff'],
    ]);
  }
});

it("whatever a request for the portal looks like, its answer has the portal's headers", async () => {
  for (const target of [
    '/portal',
    '/portal/%',
    '/portal/%ff',
    'http://127.0.0.1/portal',
    'HTTP://x/portal?token=none',
  ]) {
    const headers = await headersOf(target);
    expect([target, headers['content-security-policy']]).toEqual([
      target,
      expect.stringContaining("frame-ancestors 'none'"),
    ]);
    expect([target, headers['cache-control'], headers['referrer-policy']]).toEqual([target, 'no-store', 'no-referrer']);
  }
});
