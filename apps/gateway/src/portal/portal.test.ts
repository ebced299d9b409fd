import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest({ publicUrl: 'https://hooks.example.com' });
});
afterAll(() => gateway.stop());

const TOKEN = 'a.token/with+signs';
const enter = async (): Promise<string> => {
  const response = await gateway.ask(`/portal?token=${encodeURIComponent(TOKEN)}`);
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
};

describe('the portal', () => {
  it('exchanges the token in the address for a session in a cookie that no script reads', async () => {
    const response = await gateway.ask(`/portal?token=${encodeURIComponent(TOKEN)}`);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/portal']);
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^sluice_portal=slp_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
    expect(cookie).not.toContain(TOKEN);
  });

  it('answers each of its paths with the page, which loads nothing but its own files and holds nothing inline', async () => {
    for (const path of ['/portal', '/portal/', '/portal/webhooks/01M1Q5C7/deliveries/msg_x', '/portal/events?id=1']) {
      const page = await gateway.ask(path);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('content-security-policy')).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      const html = await page.text();
      expect(html).toContain('<div id="root">');
      expect(html).not.toMatch(/<style|style=|<script(?![^>]* src="\/portal\/)|\son\w+=|https?:\/\//);
    }
  });

  it('keeps its files for ever, as their names say what is in them', async () => {
    const html = await (await gateway.ask('/portal')).text();
    const files = [...html.matchAll(/(?:src|href)="(\/portal\/assets\/[^"]+)"/g)].map(([, file]) => file ?? '');
    expect(new Set(files.map((file) => file.split('.').at(-1)))).toEqual(new Set(['css', 'js', 'svg']));
    for (const file of files) {
      const response = await gateway.ask(file);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      const plain = await gateway.ask(file, { headers: { 'accept-encoding': 'br, gzip;q=0' } });
      expect([response.headers.get('content-encoding'), plain.headers.get('content-encoding')]).toEqual(['gzip', null]);
      expect(await response.text()).toBe(await plain.text());
    }
  });

  it.each(['/portal?token=expired', '/portal?token=', '/portal?token=a&token=b', `/portal?token=${'x'.repeat(5_000)}`])(
    'answers %.40s with a page that says why it stays shut',
    async (path) => {
      const response = await gateway.ask(path);
      expect(response.status).toBe(401);
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(await response.text()).toContain('<h1 class="state-title">This link has expired</h1>');
    },
  );

  it('looks no token up for an address that brought too many wrong ones', async () => {
    const limits = { requestsPerSecond: 1_000, eventsPerSecond: 1_000, failuresPerSecond: 5 };
    const limited = await gatewayUnderTest({ limits });
    const ask = async (token: string) => (await limited.ask(`/portal?token=${token}`)).status;
    const wrong = await Promise.all(Array.from({ length: 30 }, (_, index) => ask(`wrong-${index}`)));
    expect(wrong).toContain(429);
    const { length } = limited.registry.asked;
    expect(await ask('wrong-again')).toBe(429);
    expect(limited.registry.asked).toHaveLength(length);
    await limited.stop();
  });

  it('opens a link no more often than a key may ask, each for itself', async () => {
    const limits = { requestsPerSecond: 3, eventsPerSecond: 1_000, failuresPerSecond: 1_000 };
    const limited = await gatewayUnderTest({ limits });
    const ask = async (token: string) => (await limited.ask(`/portal?token=${encodeURIComponent(token)}`)).status;
    const opened = await Promise.all(Array.from({ length: 4 }, () => ask(TOKEN)));
    expect(opened.sort()).toEqual([303, 303, 303, 429]);
    expect(await ask('another')).toBe(401);
    await limited.stop();
  });

  it('answers what is not there, and other methods, with a page', async () => {
    for (const [path, method, status] of [
      ['/portal/assets/x.js', 'GET', 404],
      ['/portal', 'POST', 405],
    ] as const) {
      const response = await gateway.ask(path, { method });
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    }
  });

  it('is linked by the public URL', async () => {
    const response = await gateway.ask('/api/v1/webhooks', {
      method: 'POST',
      headers: { authorization: 'live-key', 'content-type': 'application/json' },
      body: '{"endpoint":"https://e.com","filter_config":{"event_type":"follow.created"}}',
    });
    const link = `https://hooks.example.com/portal?token=${encodeURIComponent(TOKEN)}`;
    expect(await response.json()).toMatchObject({ portal_link: link });
  });
});

describe('a session of the portal', () => {
  const page = { 'sluice-portal': '1', 'content-type': 'application/json' };
  const preview = (headers: Record<string, string>) =>
    gateway.ask('/v1/filters/preview', { method: 'POST', headers, body: '{"event_type":"follow.created"}' });

  it('asks the API by its cookie, with the headers of the rate limit', async () => {
    const response = await gateway.ask('/v1/account', { headers: { cookie: await enter() } });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ caller: { kind: 'portal', scopes: ['read', 'write'] } });
    expect(response.headers.get('ratelimit-limit')).toBe('1000000');
  });

  it('changes nothing that a page of another site may have asked for', async () => {
    const cookie = await enter();
    expect((await preview({ ...page, cookie })).status).toBe(200);
    expect((await preview({ ...page, cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    for (const headers of [
      { cookie, 'content-type': 'application/json' },
      { ...page, cookie, 'sluice-portal': '0' },
      { ...page, cookie, 'sec-fetch-site': 'same-site' },
      { ...page, cookie, 'sec-fetch-site': 'cross-site' },
      { ...page, cookie, 'sec-fetch-site': 'none' },
    ]) {
      const response = await preview(headers);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        403,
        'application/problem+json; charset=utf-8',
      ]);
    }
  });

  it('counts as a cookie, for our own API alone, and where no key is sent', async () => {
    const cookie = await enter();
    const authorization = `Bearer ${cookie.split('=')[1]}`;
    expect((await gateway.ask('/v1/account', { headers: { authorization } })).status).toBe(401);
    expect((await gateway.ask('/v1/account', { headers: { authorization: 'no-key', cookie } })).status).toBe(401);
    expect((await gateway.ask('/api/v1/webhooks/x', { method: 'DELETE', headers: { ...page, cookie } })).status).toBe(
      401,
    );
    expect((await gateway.ask('/v1/account', { headers: { cookie: 'sluice_portal=live-key' } })).status).toBe(401);
  });

  it('has no way to what needs more than reading and writing', async () => {
    const cookie = await enter();
    const headers = { ...page, cookie };
    expect((await gateway.ask('/v1/keys', { headers })).status).toBe(403);
    expect((await gateway.ask('/v1/events', { method: 'POST', headers, body: '{}' })).status).toBe(403);
  });

  it('repeats requests under an Idempotency-Key as a key does', async () => {
    const headers = { ...page, cookie: await enter(), 'idempotency-key': 'portal-1' };
    const body = '{"endpoint":"https://example.com/x","event_type":"follow.created"}';
    const post = () => gateway.ask('/v1/webhooks', { method: 'POST', headers, body });
    const [first, second] = [await post(), await post()];
    expect([first.status, second.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    expect(await second.text()).toBe(await first.text());
  });

  it("is given no key's answer again, which may hold a link", async () => {
    const body = '{"endpoint":"https://example.com/x","event_type":"follow.created"}';
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'of-a-key' };
    const post = (by: Record<string, string>) =>
      gateway.ask('/v1/webhooks', { method: 'POST', headers: { ...headers, ...by }, body });
    expect(await (await post({ authorization: 'live-key' })).text()).toContain('/portal?token=');
    const again = await post({ 'sluice-portal': '1', cookie: await enter() });
    expect([again.status, (await again.text()).includes('token=')]).toEqual([422, false]);
  });

  it('ends at once when it is ended, and the cookie goes', async () => {
    const cookie = await enter();
    // The catalogue is remembered here: nobody else would notice that the session has ended.
    const ask = () => gateway.ask('/v1/event-types', { headers: { cookie } });
    expect((await ask()).status).toBe(200);
    const ended = await gateway.ask('/v1/portal-session', { method: 'DELETE', headers: { ...page, cookie } });
    expect([ended.status, await ended.json()]).toEqual([200, { ended: true }]);
    expect(ended.headers.get('set-cookie')).toMatch(/^sluice_portal=; Path=\/; .*Max-Age=0$/);
    expect((await ask()).status).toBe(401);
  });

  it('ends at once when its link is revoked; keys go on', async () => {
    const cookie = await enter();
    const ask = async (headers: Record<string, string>) => (await gateway.ask('/v1/event-types', { headers })).status;
    const key = { authorization: 'live-key' };
    expect([await ask({ cookie }), await ask(key)]).toEqual([200, 200]);
    const path = '/v1/portal-links/lnk_01M1Q5C7K8T3ZVXG6Q0W2R9D4E';
    expect((await gateway.ask(path, { method: 'DELETE', headers: key })).status).toBe(200);
    expect([await ask({ cookie }), await ask(key)]).toEqual([401, 200]);
  });
});
