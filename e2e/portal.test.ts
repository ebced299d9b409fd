import { AirtableClient } from '@sluice/testing/stack/airtable-client';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from './src/describe-in-browser.js';
import { examplesOf } from './src/guide-examples.js';
import { look } from './src/looks.js';
import { MARKUP, TYPE } from './src/portal-account.js';
import { PortalStage } from './src/portal-stage.js';

const MANY = 30;
const WAIT = { timeout: 15_000 };
const guide = examplesOf('verifying.md');
const RECEIVERS = [
  ['Python', 'receiver.py'],
  ['Go', 'receiver.go'],
  ['Java', 'Receiver.java'],
  ['Ruby', 'receiver.rb'],
  ['TypeScript', 'receiver.ts'],
] as const;

/** A subscriber looks around, in a real browser, over the real stack. */
describeInBrowser('the portal shows', () => {
  let stage: PortalStage;
  const page = () => stage.page;
  const lookUp = () => page().getByRole('searchbox', { name: 'Id of an event, a delivery or a webhook' });
  /** How high the texts at the axes of charts are, in pixels of the screen, and whether a part of one is out of the picture. */
  const axisTexts = (): Promise<{ size: number; cut: boolean }[]> =>
    page().evaluate(`new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() =>
      [...document.querySelectorAll('.chart-text')].map((text) => {
        const [own, picture] = [text, text.closest('svg')].map((element) => element.getBoundingClientRect());
        return { size: Math.round(own.height), cut: own.left < picture.left || own.right > picture.right };
      }),
    )`);
  beforeAll(async () => {
    stage = await PortalStage.set();
  });
  afterAll(() => stage?.strike());

  it('that there is no way in without a link, or with one that opens nothing', async () => {
    expect(await stage.open('')).toBe('This link has expired');
    expect(await stage.scriptBytes()).toBeLessThan(120_000);
    expect(await look(page(), 'expired')).toEqual([]);
    const answer = await page().goto(`${stage.standalone.baseUrl}/portal?token=nothing`);
    expect([answer?.status(), await stage.heading()]).toEqual([401, 'This link has expired']);
    expect(await look(page(), 'wrong-link')).toEqual([]);
  });

  it('the webhooks behind a link, whose token leaves the address for a cookie that no script reads', async () => {
    await page().goto(stage.account.link);
    expect(await stage.heading()).toBe('Webhooks');
    expect(page().url()).toBe(`${stage.standalone.baseUrl}/portal`);
    expect(await page().evaluate('document.cookie')).toBe('');
    const rows = page().locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(5);
    await expect
      .poll(() => rows.filter({ hasText: '/failing' }).textContent())
      .toMatch(/Enabled.*Some fail.*%.*ms.*ago/);
    await expect
      .poll(() => rows.filter({ hasText: '/large' }).textContent())
      .toContain('total is greater than 100000 and currency is "EUR" or "USD"');
    expect(await look(page(), 'webhooks')).toEqual([]);
  });

  it('those webhooks alone that are searched for', async () => {
    const search = page().getByRole('searchbox', { name: 'Search webhooks' });
    await search.fill('bookkeep');
    await expect.poll(() => page().locator('tbody tr').count()).toBe(1);
    await page().getByRole('link', { name: '/orders' }).click();
    await page().getByRole('heading', { name: 'How it fared' }).waitFor();
    await page().goBack();
    await expect.poll(() => search.inputValue()).toBe('bookkeep');
    await expect.poll(() => page().locator('.webhooks tbody tr').count()).toBe(1);
    await search.fill('nothing like it');
    await page().getByText('No webhook fits').waitFor();
    expect(await look(page(), 'webhooks-none')).toEqual([]);
    await search.fill('');
  });

  it('one webhook: how it fared, and its log by state and event id', async () => {
    await page().getByRole('link', { name: '/failing' }).click();
    await page().getByRole('heading', { name: 'How it fared' }).waitFor();
    await expect.poll(() => page().evaluate('document.activeElement.tagName')).toBe('H1');
    await page()
      .getByRole('img', { name: /^Attempts of the last 24 hours: \d+ succeeded, \d+ failed/ })
      .waitFor();
    expect(await look(page(), 'webhook')).toEqual([]);
    const axes = [];
    for (const width of [390, 768, 1_440]) {
      await page().setViewportSize({ width, height: 900 });
      axes.push(...(await axisTexts()));
    }
    expect(new Set(axes.map(({ size }) => size)).size).toBe(1);
    expect(axes.filter(({ cut }) => cut)).toEqual([]);
    const rows = page().locator('.deliveries tbody tr');
    await page().getByLabel('State of deliveries').selectOption('exhausted');
    await expect.poll(() => rows.count()).toBe(4);
    await page().getByRole('searchbox', { name: 'Event id' }).fill('order-30');
    await expect.poll(() => rows.count()).toBe(1);
    expect(await rows.textContent()).toMatch(/order-30.*Failed.*2 attempts · 500/);
  });

  it('why deliveries fail, to those who have a keyboard alone', async () => {
    const { keyboard } = page();
    await stage.open('');
    await page().getByRole('link', { name: '/failing' }).waitFor();
    await stage.tabTo(/^A .*\/failing/);
    await keyboard.press('Enter');
    await page().getByText('The latest delivery that failed').waitFor();
    expect(await stage.focused()).toMatch(/^H1 .*\/failing/);
    await stage.tabTo(/^A See why/);
    await keyboard.press('Enter');
    await page().getByText('Your endpoint broke while it worked on it.').waitFor();
    expect(await stage.focused()).toMatch(/^H1 order-/);
    await stage.tabTo(/^BUTTON Resend/);
    await keyboard.press('Enter');
    await page().getByRole('dialog').waitFor();
    expect(await stage.focused()).toBe('BUTTON Resend');
    await keyboard.press('Escape');
    await expect.poll(() => page().getByRole('dialog').count()).toBe(0);
    expect(await stage.focused()).toBe('BUTTON Resend');
    await page().goBack();
    await page().getByText('The latest delivery that failed').waitFor();
    await stage.tabTo(/^SUMMARY More/);
    await keyboard.press('Enter');
    await stage.tabTo(/^BUTTON Resend failed/);
    await keyboard.press('Enter');
    await page().getByRole('dialog').waitFor();
    await keyboard.press('Escape');
    expect(await stage.focused()).toBe('SUMMARY More');
  });

  it('the log as it was left, to whoever comes back from a delivery', async () => {
    const state = page().getByLabel('State of deliveries');
    const rows = page().locator('.deliveries tbody tr');
    await state.selectOption('exhausted');
    await page().getByLabel('Time', { exact: true }).selectOption('Last hour');
    await expect.poll(() => rows.count()).toBe(4);
    await page().getByRole('link', { name: 'order-20' }).click();
    await page().getByText('Attempt 2', { exact: true }).waitFor();
    await page().getByRole('link', { name: 'Webhook', exact: true }).click();
    await expect.poll(() => rows.count()).toBe(4);
    await page().getByRole('link', { name: 'order-20' }).click();
    await page().getByText('Attempt 2', { exact: true }).waitFor();
    await page().goBack();
    await expect.poll(() => rows.count()).toBe(4);
    expect(await state.inputValue()).toBe('exhausted');
  });

  it('a delivery with what was sent, what came back and every attempt, all of it as text', async () => {
    await page().getByRole('link', { name: 'order-30' }).click();
    await page().getByRole('heading', { name: 'Attempts' }).waitFor();
    await page().getByText('Attempt 2', { exact: true }).waitFor();
    expect(await page().locator('.moment').count()).toBe(2);
    const shown = (await page().locator('main').textContent()) ?? '';
    expect(shown).toContain("<script>document.title='broken'</script>");
    expect(shown).toContain(JSON.stringify(MARKUP));
    expect(shown).toContain('webhook-signature');
    expect(shown).not.toContain('v1,');
    expect(await page().locator('main img, main script').count()).toBe(0);
    expect(await page().title()).toContain('Delivery of order-30');
    expect(await look(page(), 'delivery')).toEqual([]);
  });

  it('why an event did not arrive', async () => {
    await page().getByRole('link', { name: 'Find an event' }).click();
    await page().getByText('Which event?').waitFor();
    expect(await look(page(), 'find-event')).toEqual([]);
    await lookUp().fill('order-30');
    await page().keyboard.press('Enter');
    await page().getByText('It was for 2 webhooks').waitFor();
    await page().getByText('total is greater than 100000: the event has 300').waitFor();
    await expect.poll(() => page().locator('.list-item').filter({ hasText: '/large' }).count()).toBe(1);
    expect(await look(page(), 'event')).toEqual([]);
    await page().getByRole('button', { name: 'Show the data' }).click();
    await page().getByRole('dialog').getByText('<img src=x onerror=').waitFor();
    expect(await look(page(), 'event-data')).toEqual([]);
    await page().keyboard.press('Escape');
    await expect.poll(() => page().getByRole('dialog').count()).toBe(0);
    await lookUp().fill('never published');
    await page().keyboard.press('Enter');
    await page().getByText('Nothing of this id is known').waitFor();
  });

  it('the event catalogue', async () => {
    await page().getByRole('link', { name: 'Catalogue' }).click();
    await page().getByRole('link', { name: TYPE }).waitFor();
    expect(await look(page(), 'catalogue')).toEqual([]);
    await page().getByRole('link', { name: TYPE }).click();
    await page().getByRole('cell', { name: 'The number of the order' }).waitFor();
    expect(await look(page(), 'event-type')).toEqual([]);
  });

  it('a filter whole on the page of its webhook, and in which time zone it tells the time', async () => {
    await stage.open(`/webhooks/${stage.account.picky}`);
    await page().setViewportSize({ width: 390, height: 844 });
    const filter = page().locator('.facts .filter-words');
    await filter.getByText('currency is "EUR" or "USD"').waitFor();
    const hidden = `[...document.querySelectorAll('.facts .filter-words')].map((line) => line.scrollHeight > line.clientHeight + 1)`;
    expect(await page().evaluate(hidden)).toEqual([false]);
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    await page().getByText(`Times are in your time zone: ${timeZone}`).waitFor();
    await page().setViewportSize({ width: 1_440, height: 900 });
  });

  it('a failure of today as an alarm, and one of days ago without', async () => {
    await stage.open(`/webhooks/${stage.account.failing}`);
    const note = page().locator('.latest-failure');
    expect(await note.getAttribute('class')).toContain('note-bad');
    const asked = '**/v1/deliveries?*state=exhausted*';
    await page().route(asked, async (route) => {
      const answer = await route.fetch();
      const { deliveries } = (await answer.json()) as { deliveries: object[] };
      const ended_at = new Date(Date.now() - 3 * 86_400_000).toISOString();
      await route.fulfill({ response: answer, json: { deliveries: deliveries.map((one) => ({ ...one, ended_at })) } });
    });
    await page().reload();
    await note.getByText('3 days ago').waitFor();
    expect(await note.getAttribute('class')).not.toContain('note-bad');
    expect(await look(page(), 'failed-once')).toEqual([]);
    await page().unroute(asked);
  });

  it('that there are more events of an id than it lists', async () => {
    const asked = '**/v1/events?id=order-30';
    await page().route(asked, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), more: true } });
    });
    await stage.open('/events?id=order-30');
    await page().getByText('There are older events of this id, too').waitFor();
    await page().unroute(asked);
    await stage.open('/events?id=order-31');
    await page().getByText('It was for').waitFor();
    expect(await page().getByText('There are older events').count()).toBe(0);
  });

  it('how to verify a signature, in five languages, with the headers that the webhook sends', async () => {
    await stage.open(`/webhooks/${stage.account.good}/verify`);
    await page().getByRole('rowheader', { name: 'x-airstack-webhook' }).waitFor();
    await page().getByRole('rowheader', { name: 'webhook-signature' }).waitFor();
    for (const [language, file] of RECEIVERS) {
      await page().getByRole('radio', { name: language, exact: true }).check();
      const program = page().getByRole('region', { name: file, exact: true });
      expect(`${await program.textContent()}`).toBe(guide.get(file));
    }
    expect(await look(page(), 'verify')).toEqual([]);
    await page().evaluate("navigator.clipboard.writeText = () => Promise.reject(new Error('refused'))");
    await page().getByRole('button', { name: 'Copy' }).first().click();
    await page().getByText('Not copied: select it by hand').waitFor();
  });

  it('of a webhook on a base how its pings are verified, and that it can’t be enabled again once it is invalid', async () => {
    const { baseUrl, client, credentials } = stage.standalone;
    const admin = new SluiceClient(baseUrl, `Bearer ${credentials.adminKey}`);
    const { body: base } = await admin.request('POST', '/v1/bases', '{"name":"Shop"}');
    const tables = `/v1/bases/${String(base.id)}/tables`;
    const { body: table } = await admin.request('POST', tables, '{"name":"Orders"}');
    const { id } = await new AirtableClient(baseUrl, String(base.id), client.apiKey).create(
      { filters: { dataTypes: ['tableData'], recordChangeScope: String(table.id) } },
      stage.receiver.url('/pings'),
    );
    await stage.open(`/webhooks/${id}/verify`);
    await page().getByRole('heading', { name: 'Verify pings' }).waitFor();
    await page()
      .getByRole('row', { name: /x-airtable-content-mac hmac-sha256=/ })
      .waitFor();
    await expect.poll(() => page().locator('main').textContent()).toContain('macSecretBase64');
    expect(await page().getByRole('radio').count()).toBe(0);
    expect(await look(page(), 'verify-pings')).toEqual([]);
    expect((await admin.request('DELETE', `${tables}/${String(table.id)}`)).status).toBeLessThan(300);
    await stage.open(`/webhooks/${id}`);
    await page().getByText('Invalid: a table, field or view that it names is gone.').waitFor();
    expect(await page().locator('main').textContent()).not.toContain('Enabled again');
  });

  it('an event that was for many webhooks by a part of them at a time, whose names alone are asked for', async () => {
    const { client } = stage.standalone;
    for (let number = 0; number < MANY; number++) {
      await client.createWebhook({ endpoint: stage.receiver.url(`/many/${number}`), event_type: TYPE });
    }
    await client.publish({ id: 'to-many', source: '/shop', type: TYPE, data: { number: 1, total: 1 } });
    const named = new Set<string>();
    page().on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/v1/webhooks/')) named.add(pathname);
    });
    await expect
      .poll(async () => (await stage.open('/events?id=to-many')) && page().locator('.trail').textContent(), WAIT)
      .toContain(`It was for ${MANY + 2} webhooks`);
    const opens = page().getByRole('link', { name: 'Open', exact: true });
    expect(await opens.count()).toBe(20);
    await page().getByText('/many/').first().waitFor();
    expect(named.size).toBeLessThan(MANY);
    await page()
      .getByRole('button', { name: `Show more of ${MANY - 18} other webhooks that it was for` })
      .click();
    expect(await opens.count()).toBe(MANY + 2);
  });

  it('what to do when a part of the page can’t be fetched', async () => {
    await stage.open('/events');
    await page().route('**/catalogue-screen-*.js', (route) => route.abort());
    await page().getByRole('link', { name: 'Catalogue' }).click();
    await page().getByText('This part of the page could not be shown').waitFor();
    expect(await look(page(), 'not-fetched')).toEqual([]);
    await page().unroute('**/catalogue-screen-*.js');
    await page().getByRole('button', { name: 'Load the page again' }).click();
    await page().getByRole('link', { name: TYPE }).waitFor();
  });

  it('nothing of another account', async () => {
    for (const path of [
      `/webhooks/${stage.account.foreign}`,
      `/webhooks/${stage.account.foreign}/edit`,
      `/webhooks/${stage.account.foreign}/verify`,
      `/webhooks/${stage.account.good}/deliveries/msg_doesnotexist`,
    ]) {
      await stage.open(path);
      await page().getByRole('alert').getByText('Not found').waitFor();
    }
    expect(await look(page(), 'not-found')).toEqual([]);
    expect(await stage.open('/no/such/page')).toBe('Not found');
  });

  it('all of it without a request to anyone else, and within its policy', () => {
    expect(stage.strayed).toEqual([]);
    expect(stage.complaints).toEqual([]);
  });
});
