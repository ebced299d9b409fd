import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest({ publicUrl: 'https://hooks.example.com' });
});
afterAll(() => gateway.stop());

const TOKEN = 'a.token/with+signs';

describe('the portal', () => {
  it('takes the token out of the address into a cookie that no script reads', async () => {
    const response = await gateway.ask(`/portal?token=${encodeURIComponent(TOKEN)}`);
    expect([response.status, response.headers.get('location')]).toEqual([303, '/portal']);
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^sluice_portal=[^;]+; Path=\/portal; HttpOnly; SameSite=Lax; Secure$/);
    const page = await gateway.ask('/portal', { headers: { cookie: `other=1; ${cookie.split(';')[0]}` } });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('follow.created');
  });

  it('shows names, endpoints and filters as text, whatever is in them', async () => {
    const page = await gateway.ask('/portal', { headers: { cookie: `sluice_portal=${encodeURIComponent(TOKEN)}` } });
    const html = await page.text();
    expect(html).toContain('Fish &amp; &lt;b&gt;Chips&lt;/b&gt;');
    expect(html).not.toMatch(/<script|<i>/);
    expect(html).toContain('&lt;script&gt;alert(1)');
  });

  it.each([
    '/portal',
    '/portal?token=expired',
    '/portal?token=',
    '/portal?token=a&token=b',
    `/portal?token=${'x'.repeat(5_000)}`,
  ])('answers %.40s with a page that says why it stays shut', async (path) => {
    const response = await gateway.ask(path);
    expect(response.status).toBe(401);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await response.text()).toContain('<h1>This link no longer opens anything</h1>');
  });

  it('answers what is not there, and other methods, with a page', async () => {
    for (const [path, method, status] of [
      ['/portal/x', 'GET', 404],
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
