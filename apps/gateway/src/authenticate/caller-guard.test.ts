import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import { afterEach, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
afterEach(() => gateway.stop());

const limits = { requestsPerSecond: 1_000, eventsPerSecond: 1_000, failuresPerSecond: 1_000 };
const eventTypes = (credential: string) =>
  gateway.ask('/v1/event-types', { headers: { authorization: `Bearer ${credential}` } });
const keys = (credential: string) => gateway.ask('/v1/keys', { headers: { authorization: credential } });
const batch = (count: number) =>
  gateway.ask('/v1/events', {
    method: 'POST',
    headers: { authorization: 'live-key', 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(Array.from({ length: count }, () => ({}))),
  });

describe('a credential', () => {
  it('is asked for once in 5 s, by however many requests at once', async () => {
    gateway = await gatewayUnderTest();
    await Promise.all(Array.from({ length: 20 }, () => eventTypes('live-key')));
    const asked = () => gateway.registry.asked.filter((command) => command === 'authorize').length;
    expect(asked()).toBe(1);
    gateway.clock.advance(5_001);
    await eventTypes('live-key');
    expect(asked()).toBe(2);
  });

  it('works from the moment it exists, and no more once it was revoked here', async () => {
    gateway = await gatewayUnderTest();
    expect((await eventTypes('new-key')).status).toBe(401);
    gateway.registry.add('new-key', { keyId: 'new' });
    gateway.registry.add('admin-key', { kind: 'admin' });
    expect((await eventTypes('new-key')).status).toBe(200);
    gateway.registry.principals.delete('new-key');
    const headers = { authorization: 'admin-key' };
    const revoked = await gateway.ask('/v1/keys/new', { method: 'DELETE', headers });
    expect(await revoked.json()).toEqual({ id: 'new', revoked: true });
    expect((await eventTypes('new-key')).status).toBe(401);
  });

  it('says with 401 how to authenticate, and with 403 what is missing', async () => {
    gateway = await gatewayUnderTest();
    const missing = await gateway.ask('/v1/event-types');
    expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const headers = { authorization: 'live-key', 'content-type': 'application/json' };
    const manage = await gateway.ask('/v1/keys', { method: 'POST', headers, body: '{"kind":"live"}' });
    expect(manage.status).toBe(403);
  });

  it('is answered with 503 when the registry is away, fails or is silent', async () => {
    gateway = await gatewayUnderTest();
    for (const error of [new ServiceUnavailable('away'), new Error('connection refused')]) {
      gateway.registry.before = async () => {
        throw error;
      };
      const response = await eventTypes('live-key');
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
      const airstack = await gateway.ask('/api/v1/webhooks', {
        method: 'POST',
        headers: { authorization: 'live-key' },
      });
      expect(airstack.status).toBe(503);
      expect(await airstack.json()).toEqual({ authentication: {}, status: false, message: expect.any(String) });
    }
  });
});

describe('rate limits', () => {
  it('answer 429 with Retry-After beyond the requests of a credential, each for itself', async () => {
    gateway = await gatewayUnderTest({ limits: { ...limits, requestsPerSecond: 3 } });
    gateway.registry.add('other-key');
    const answers = await Promise.all(Array.from({ length: 4 }, () => eventTypes('live-key')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('1');
    expect(refused?.headers.get('ratelimit-limit')).toBe('3');
    expect(refused?.headers.get('ratelimit-remaining')).toBe('0');
    expect((await eventTypes('other-key')).headers.get('ratelimit-remaining')).toBe('2');
  });

  it('count events, not batches; a batch beyond the limit itself still gets through alone', async () => {
    gateway = await gatewayUnderTest({ limits: { ...limits, eventsPerSecond: 10 } });
    expect((await batch(50)).status).toBe(400);
    expect((await batch(1)).status).toBe(429);
  });

  it('stop asking for an address that brought too many wrong credentials, but not for keys known here', async () => {
    gateway = await gatewayUnderTest({ limits: { ...limits, failuresPerSecond: 5 } });
    expect((await eventTypes('live-key')).status).toBe(200);
    const wrong = await Promise.all(Array.from({ length: 30 }, (_, index) => eventTypes(`wrong-${index}`)));
    expect(wrong.some(({ status }) => status === 429)).toBe(true);
    const asked = gateway.registry.asked.length;
    expect((await eventTypes('wrong-again')).status).toBe(429);
    expect(gateway.registry.asked.length).toBe(asked);
    expect((await eventTypes('live-key')).status).toBe(200);
  });

  it('let others at an address in while a right key asks there for what it may not do', async () => {
    gateway = await gatewayUnderTest({ limits: { ...limits, requestsPerSecond: 10, failuresPerSecond: 5 } });
    gateway.registry.add('other-key');
    const refused = await Promise.all(Array.from({ length: 20 }, () => keys('live-key')));
    const count = (wanted: number) => refused.filter(({ status }) => status === wanted).length;
    expect([count(403), count(429)]).toEqual([10, 10]);
    expect((await eventTypes('other-key')).status).toBe(200);
    const asked = gateway.registry.asked.length;
    expect((await keys('live-key')).status).toBe(429);
    expect(gateway.registry.asked.length).toBe(asked);
  });
});
