import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from './src/describe-in-browser.js';
import { FailingEndpoints, type Trouble } from './src/failing-endpoints.js';
import { look } from './src/looks.js';
import { TYPE } from './src/portal-account.js';
import { PortalStage } from './src/portal-stage.js';

const WAIT = { timeout: 60_000 };
/** More than are tried before an endpoint that fails gets a pause. */
const EVENTS = 30;

interface Listed {
  id: string;
  attempts_made: number;
}

/** Somebody whose endpoint fails wants to know why, in a real browser, over the real stack. */
describeInBrowser('by the portal somebody whose endpoint fails', () => {
  let stage: PortalStage;
  let endpoints: FailingEndpoints;
  const webhooks = new Map<Trouble, string>();
  const page = () => stage.page;
  const lookUp = () => page().getByRole('searchbox', { name: 'Id of an event, a delivery or a webhook' });
  const byKey = async (method: string, path: string) => {
    const { client } = stage.standalone;
    const body = method === 'POST' ? '{}' : undefined;
    return (await client.request(method, path, body, { authorization: `Bearer ${client.apiKey}` })).body;
  };
  /** A delivery of the webhook that was tried. */
  const tried = async (trouble: Trouble): Promise<string> => {
    let found: Listed | undefined;
    await expect
      .poll(async () => {
        const { deliveries } = await byKey('GET', `/v1/deliveries?webhook_id=${webhooks.get(trouble)}&limit=100`);
        found = (deliveries as Listed[]).find(({ attempts_made }) => attempts_made > 0);
        return found;
      }, WAIT)
      .toBeDefined();
    return found!.id;
  };

  beforeAll(async () => {
    stage = await PortalStage.set();
    const { receiver, standalone } = stage;
    endpoints = await FailingEndpoints.open(receiver);
    receiver.answer(({ path }) => {
      if (path === '/reset') return 'reset';
      if (path === '/late') return 'hang';
      return { status: path === '/broken' ? 500 : 200 };
    });
    for (const [trouble, endpoint] of Object.entries(endpoints.urls)) {
      const webhook = { endpoint, event_type: TYPE, retry_schedule: [0, 3_600] };
      webhooks.set(trouble as Trouble, (await standalone.client.createWebhook(webhook)).webhook_id);
    }
    await standalone.client.publishBatch(
      Array.from({ length: EVENTS }, (_, index) => ({
        id: `trouble-${index}`,
        source: '/shop',
        type: TYPE,
        data: { number: 1, total: 1 },
      })),
    );
    await page().goto(stage.account.link);
  });
  afterAll(async () => {
    await endpoints?.close();
    await stage?.strike();
  });

  it('sees apart which webhooks are enabled and which of them fare well', async () => {
    await tried('broken');
    await stage.open('');
    const rows = page().locator('.webhooks tbody tr');
    const row = (path: string) => rows.filter({ hasText: path }).textContent();
    await expect.poll(() => row('/broken'), WAIT).toMatch(/Enabled.*Failing/);
    await expect.poll(() => row('/orders'), WAIT).toMatch(/Enabled.*Healthy/);
    await expect.poll(() => row('/large')).toMatch(/Enabled(?!.*(?:Healthy|fail))/i);
    await page().getByRole('link', { name: '/broken' }).click();
    await page().locator('.screen-head').getByText('Failing').waitFor();
    expect(await look(page(), 'failing-webhook')).toEqual([]);
  });

  it.each<[Trouble, string, string]>([
    ['refused', 'connection refused', 'nothing listens at this port'],
    ['reset', 'connection reset', 'cut before an answer came'],
    ['unknown host', 'the host name is not known to DNS', 'DNS knows no such host'],
    ['no TLS', 'the endpoint does not speak TLS at this port', 'begin the endpoint with http://'],
    ['late', 'timeout', 'It took longer than 20 seconds'],
  ])('is told what that is and what to do about it: %s', async (trouble, cause, hint) => {
    await stage.open(`/webhooks/${webhooks.get(trouble)}/deliveries/${await tried(trouble)}`);
    const attempt = page().locator('.moment-bad').last();
    await attempt.getByText(hint).waitFor();
    expect(await attempt.locator('.attempt-result').textContent()).toContain(cause);
    expect(await page().locator('.screen-head').textContent()).toContain(cause);
  });

  it('is told that of a test event, too', async () => {
    const webhook = { endpoint: endpoints.urls.refused, event_type: 'follow.created' };
    const { webhook_id: id } = await stage.standalone.client.createWebhook(webhook);
    await stage.open(`/webhooks/${id}`);
    await page().getByRole('button', { name: 'Send test event' }).click();
    const dialog = page().getByRole('dialog');
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.getByText('nothing listens at this port').waitFor();
    expect(await dialog.textContent()).not.toContain('Its answer');
    await page().keyboard.press('Escape');
  });

  it('reads of an attempt that should have begun that it is due, and of one that is kept when it comes', async () => {
    await tried('broken');
    await stage.open(`/webhooks/${webhooks.get('broken')}`);
    await page().getByLabel('State of deliveries').selectOption('pending');
    const due = page().locator('.deliveries td[data-label="Ended or due"]');
    await expect.poll(() => due.allTextContents(), WAIT).toContain('due now');
    expect(await due.filter({ hasText: 'ago' }).count()).toBe(0);
    const waits = page().locator('.deliveries tbody tr').filter({ hasText: '0 attempts' }).first();
    const event = (await waits.locator('.row-main').textContent()) ?? '';
    await stage.open(`/events?id=${event}`);
    const broken = page().locator('.list-item').filter({ hasText: '/broken' });
    await expect.poll(() => broken.textContent()).toContain('the next due now');
    await byKey('POST', `/v1/webhooks/${webhooks.get('broken')}/pause`);
    await page().reload();
    await expect.poll(() => broken.textContent()).toContain('the next when the webhook is resumed');
    await stage.open(`/webhooks/${webhooks.get('broken')}?state=pending`);
    await expect.poll(async () => new Set(await due.allTextContents())).toEqual(new Set(['when resumed']));
  });

  it('comes to the delivery and to the webhook by the ids that a log has', async () => {
    const id = await tried('refused');
    await stage.open('/events');
    await lookUp().fill(`webhook-id: ${id}`);
    await page().keyboard.press('Enter');
    await page().getByRole('heading', { name: 'Attempts' }).waitFor();
    expect(page().url()).toContain(`/webhooks/${webhooks.get('refused')}/deliveries/${id}`);
    await page().getByRole('link', { name: 'What became of the event at each webhook' }).click();
    await page()
      .getByText(/^It was for \d+ webhooks/)
      .waitFor();
    await lookUp().fill(webhooks.get('late')!);
    await page().keyboard.press('Enter');
    await page().getByRole('heading', { name: '/late' }).waitFor();
    await stage.open(`/events?id=msg_${'0'.repeat(32)}`);
    await page().getByText('Nothing of this id is known').waitFor();
    expect(await look(page(), 'nothing-known')).toEqual([]);
    await stage.open(`/events?id=${stage.account.foreign}`);
    await page().getByText('Nothing of this id is known').waitFor();
  });

  it('comes to the webhook and the event where both have the id', async () => {
    const id = webhooks.get('late')!;
    await stage.standalone.client.publish({ id, source: '/shop', type: TYPE, data: { number: 1, total: 1 } });
    await expect
      .poll(async () => (await stage.open(`/events?id=${id}`)) && page().locator('main').textContent(), WAIT)
      .toMatch(/It is the id of a webhook, too.*It was for/);
    expect(await look(page(), 'two-of-an-id')).toEqual([]);
    await page().getByRole('link', { name: 'Go to the webhook' }).click();
    await page().getByRole('heading', { name: '/late' }).waitFor();
    expect([stage.strayed, stage.complaints]).toEqual([[], []]);
  });
});
