import { randomUUID } from 'node:crypto';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
const posts: string[] = [];
beforeAll(async () => {
  gateway = await gatewayUnderTest({}, (fastify) => {
    fastify.addHook('onRoute', ({ method, url }) => {
      if (method === 'POST') posts.push(url);
    });
  });
  gateway.registry.add('admin-key', { kind: 'admin', operator: true });
  gateway.registry.add('stranger', { kind: 'admin', accountId: 'acc2' });
});
afterEach(() => {
  gateway.registry.before = async () => {};
});
afterAll(() => gateway.stop());

interface Ask {
  key?: string;
  body?: string;
  path?: string;
  credential?: string;
  method?: string;
  type?: string;
}

const WEBHOOK = JSON.stringify({ endpoint: 'https://example.com/', event_type: 'follow.created' });

async function ask({
  key,
  body = WEBHOOK,
  path = '/v1/webhooks',
  credential = 'admin-key',
  method = 'POST',
  type = 'application/json',
}: Ask) {
  const headers = {
    authorization: `Bearer ${credential}`,
    'content-type': type,
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
  const response = await gateway.ask(path, { method, headers, ...(method === 'GET' ? {} : { body }) });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    replayed: response.headers.get('idempotency-replayed'),
    retryAfter: response.headers.get('retry-after'),
    etag: response.headers.get('etag'),
    text: await response.text(),
  };
}

const carriedOut = (command: string) => gateway.registry.asked.filter((asked) => asked === command).length;

describe('a request that is repeated under its Idempotency-Key', () => {
  it('is carried out once and answered as before, byte for byte', async () => {
    const key = randomUUID();
    const before = carriedOut('createWebhook');
    const first = await ask({ key });
    expect(first).toMatchObject({ status: 201, replayed: null });
    const again = await ask({ key: `"${key}"` });
    expect(again).toEqual({ ...first, replayed: 'true' });
    expect(carriedOut('createWebhook')).toBe(before + 1);
  });

  it('has the ETag of the first answer', async () => {
    const request = { key: randomUUID(), path: '/v1/sources', body: '{"topic":"orders","format":"cloudevents"}' };
    const first = await ask(request);
    expect(first).toMatchObject({ status: 201, etag: expect.stringMatching(/^".+"$/) });
    expect(await ask(request)).toEqual({ ...first, replayed: 'true' });
  });

  it('is another one without a key, with another key, or of another account', async () => {
    const key = randomUUID();
    const texts = [
      await ask({ key }),
      await ask({}),
      await ask({ key: randomUUID() }),
      await ask({ key, credential: 'stranger' }),
    ];
    expect(new Set(texts.map(({ text }) => text)).size).toBe(4);
    expect(texts.map(({ replayed }) => replayed)).toEqual([null, null, null, null]);
  });

  it('is refused with 422 when it is not the same, by its body or by its path', async () => {
    const key = randomUUID();
    const id = JSON.parse((await ask({ key })).text).webhook_id as string;
    for (const other of [{ body: `${WEBHOOK} ` }, { path: '/v1/keys' }, { path: `/v1/webhooks/${id}/pause` }]) {
      const { status, text, replayed } = await ask({ key, ...other });
      expect({ status, replayed }).toEqual({ status: 422, replayed: null });
      expect(JSON.parse(text)).toMatchObject({ status: 422, detail: expect.stringContaining('Idempotency-Key') });
    }
  });

  it('is refused with 422 when another key of the account sends it: the answer may show what that key may not see', async () => {
    gateway.registry.add('lesser-key', { kind: 'live' });
    gateway.registry.add('session', { kind: 'portal' });
    const key = randomUUID();
    const { text } = await ask({ key });
    expect(text).toContain('whsec_');
    for (const credential of ['lesser-key', 'session']) {
      const other = await ask({ key, credential });
      expect([credential, other.status, other.replayed]).toEqual([credential, 422, null]);
      expect(other.text).not.toContain('whsec_');
    }
    expect((await ask({ key })).replayed).toBe('true');
  });

  it('is refused with 409 while the first is under way', async () => {
    const key = randomUUID();
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    gateway.registry.before = async (command) => {
      if (command === 'createWebhook') await held;
    };
    const before = carriedOut('createWebhook');
    const first = ask({ key });
    await expect.poll(() => carriedOut('createWebhook')).toBe(before + 1);
    expect(await ask({ key })).toMatchObject({ status: 409, retryAfter: '1', replayed: null });
    goOn();
    expect(await ask({ key })).toEqual({ ...(await first), replayed: 'true' });
  });

  it('is answered with the refusal again that the first was', async () => {
    const key = randomUUID();
    const first = await ask({ key, body: '{"endpoint":1}' });
    expect(first).toMatchObject({ status: 400, type: expect.stringContaining('problem+json') });
    expect(await ask({ key, body: '{"endpoint":1}' })).toEqual({ ...first, replayed: 'true' });
  });

  it('is carried out when a part was away the first time', async () => {
    const key = randomUUID();
    gateway.registry.before = async (command) => {
      if (command === 'createWebhook') throw new ServiceUnavailable('away');
    };
    expect((await ask({ key })).status).toBe(503);
    gateway.registry.before = async () => {};
    expect(await ask({ key })).toMatchObject({ status: 201, replayed: null });
  });

  it('is carried out when there were too many the first time', async () => {
    const key = randomUUID();
    gateway.registry.full = true;
    expect((await ask({ key })).status).toBe(429);
    gateway.registry.full = false;
    expect(await ask({ key })).toMatchObject({ status: 201, replayed: null });
  });

  it('is carried out when its credential was wrong the first time', async () => {
    const key = randomUUID();
    expect((await ask({ key, credential: 'wrong' })).status).toBe(401);
    expect(await ask({ key })).toMatchObject({ status: 201, replayed: null });
  });

  it('still has its first answer when that can not be remembered', async () => {
    gateway.registry.before = async (command) => {
      if (command === 'settleRequest') throw new Error('away');
    };
    expect(await ask({ key: randomUUID() })).toMatchObject({ status: 201 });
    expect(gateway.lines.at(-1)).toMatchObject({ msg: 'answer.not_remembered' });
  });

  it('is not known as one on any path but our own', async () => {
    const key = randomUUID();
    const body = '{"endpoint":"https://example.com/","filter_config":{"event_type":"follow.created"}}';
    const event = `{"specversion":"1.0","id":"${key}","source":"/t","type":"anything"}`;
    const others = [
      { path: '/api/v1/webhooks', body },
      { path: '/v1/events', body: event, type: 'application/cloudevents+json' },
      { path: '/v1/webhooks', method: 'GET' },
    ];
    for (const other of others) {
      for (const _ of [1, 2]) {
        const { status, replayed } = await ask({ key, ...other });
        expect([other.path, status < 300, replayed]).toEqual([other.path, true, null]);
      }
    }
  });

  it('is known as one on every POST of our own API', async () => {
    const own = posts.filter((url) => url.startsWith('/v1/') && url !== '/v1/events');
    expect(own.length).toBeGreaterThan(8);
    for (const url of own) {
      const request = { key: randomUUID(), path: url.replaceAll(/:\w+/g, 'x'), body: '{"wrong":1}' };
      const first = await ask(request);
      expect([url, await ask(request)]).toEqual([url, { ...first, replayed: 'true' }]);
    }
  });

  it('is refused with 400 when its key is none', async () => {
    expect(await ask({ key: '""' })).toMatchObject({ status: 400, text: expect.stringContaining('Idempotency-Key') });
  });
});
