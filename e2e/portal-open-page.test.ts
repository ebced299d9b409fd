import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from './src/describe-in-browser.js';
import { TYPE } from './src/portal-account.js';
import { PortalStage } from './src/portal-stage.js';

const STREAM = '**/v1/changes';
const WAIT = { timeout: 15_000 };

/** What becomes of a page that is left open, in a real browser, over the real stack. */
describeInBrowser('a page of the portal that stays open', () => {
  let stage: PortalStage;
  const page = () => stage.page;
  const publish = (id: string) =>
    stage.standalone.client.publish({ id, source: '/shop', type: TYPE, data: { number: 1, total: 1 } });
  const byKey = (method: string, path: string) => {
    const { client } = stage.standalone;
    const body = method === 'POST' ? '{}' : undefined;
    return client.request(method, path, body, { authorization: `Bearer ${client.apiKey}` });
  };
  const delivered = async (id: string) => {
    await expect
      .poll(async () => {
        const { body } = await byKey('GET', `/v1/deliveries?webhook_id=${stage.account.good}&event_id=${id}`);
        return body.deliveries;
      }, WAIT)
      .toMatchObject([{ state: 'delivered' }]);
  };
  /** As when the person goes to another tab, which a browser without windows does not tell. */
  const setHidden = (hidden: boolean) =>
    page().evaluate(`
      Object.defineProperty(document, 'hidden', { configurable: true, value: ${hidden} });
      document.dispatchEvent(new Event('visibilitychange'));
    `);
  beforeAll(async () => {
    stage = await PortalStage.set();
    await page().goto(stage.account.link);
    await page().getByRole('link', { name: '/failing' }).waitFor();
  });
  afterAll(() => stage?.strike());

  it('follows what changes once it can, when it was refused at first, and shows what it missed', async () => {
    let refused = 0;
    await page().route(STREAM, (route) => {
      refused += 1;
      return route.fulfill({ status: 429, contentType: 'application/problem+json', body: '{"title":"Too many"}' });
    });
    await stage.open(`/webhooks/${stage.account.good}`);
    await page().getByRole('link', { name: 'order-40' }).waitFor();
    await expect.poll(() => refused, WAIT).toBeGreaterThan(1);
    await publish('missed-1');
    await delivered('missed-1');
    expect(await page().getByRole('link', { name: 'missed-1' }).count()).toBe(0);
    await page().unroute(STREAM);
    await page().getByRole('link', { name: 'missed-1' }).waitFor();
    await publish('seen-1');
    await page().getByRole('link', { name: 'seen-1' }).waitFor();
  });

  it('holds no connection while nobody sees it, and shows what it missed as soon as somebody does', async () => {
    const ended = page().waitForEvent('requestfailed', (request) => request.url().endsWith('/v1/changes'));
    await setHidden(true);
    await ended;
    await publish('missed-2');
    await delivered('missed-2');
    expect(await page().getByRole('link', { name: 'missed-2' }).count()).toBe(0);
    await setHidden(false);
    await page().getByRole('link', { name: 'missed-2' }).waitFor();
  });

  it('says that its link has expired, to whoever does something after the link was withdrawn, and to others', async () => {
    const { status, body } = await byKey('POST', '/v1/portal-links');
    expect(status).toBe(201);
    await page().goto(String(body.url));
    await page().getByRole('link', { name: '/failing' }).waitFor();
    const idle = await stage.anotherPage();
    await idle.goto(`${stage.standalone.baseUrl}/portal`);
    await idle.getByRole('link', { name: '/failing' }).waitFor();
    await byKey('DELETE', `/v1/portal-links/${String(body.id)}`);
    await page().getByRole('link', { name: '/failing' }).click();
    await page().getByRole('heading', { name: 'This link has expired' }).waitFor();
    await idle.getByRole('heading', { name: 'This link has expired' }).waitFor();
    expect(await idle.locator('nav').count()).toBe(0);
  });
});
