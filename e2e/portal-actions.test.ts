import type { Route } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from './src/describe-in-browser.js';
import { look } from './src/looks.js';
import { TYPE } from './src/portal-account.js';
import { PortalStage } from './src/portal-stage.js';

/** A subscriber works, in a real browser, over the real stack. */
describeInBrowser('by the portal a subscriber', () => {
  let stage: PortalStage;
  const page = () => stage.page;
  const button = (name: string) => page().getByRole('button', { name, exact: true });
  const dialog = () => page().getByRole('dialog');
  const confirm = (name: string) => dialog().getByRole('button', { name, exact: true }).click();
  const more = async (name: string) => {
    await page().getByText('More', { exact: true }).click();
    await button(name).click();
  };
  /** The next POST to this path is carried out, and its answer lost on the way; answers with that answer. */
  const loseAnswer = async (path: string) => {
    let lost: unknown;
    const carryOut = async (route: Route) => {
      lost = await (await route.fetch()).json();
      await route.abort();
    };
    await page().route(`**${path}`, carryOut, { times: 1 });
    return () => lost;
  };
  const webhooksAt = async (path: string) => {
    const { client, baseUrl } = stage.standalone;
    const response = await fetch(`${baseUrl}/v1/webhooks?search=${encodeURIComponent(path)}`, {
      headers: { authorization: `Bearer ${client.apiKey}` },
    });
    return ((await response.json()) as { webhooks: unknown[] }).webhooks;
  };
  beforeAll(async () => {
    stage = await PortalStage.set();
    await page().goto(stage.account.link);
  });
  afterAll(() => stage?.strike());

  it('creates a webhook by a filter that is tried on real events, and sees its secret', async () => {
    await page().getByRole('link', { name: 'New webhook' }).click();
    await page().getByRole('heading', { name: 'New webhook' }).waitFor();
    await page().getByLabel('Endpoint').fill('example.com/hook');
    await page().getByText('This is no complete URL yet').waitFor();
    await page().getByLabel('Endpoint').fill(stage.receiver.url('/created'));
    await page().getByText('Plain http').waitFor();
    await page().getByLabel('Event type').selectOption(TYPE);
    await button('Add a condition').click();
    await page().getByLabel('Field of condition 1').fill('total');
    await page().getByLabel('Comparison of condition 1').selectOption('$gt');
    await page().getByLabel('Value of condition 1').fill('300');
    expect(await page().getByRole('textbox', { name: 'JSON' }).inputValue()).toBe('{ "total": { "$gt": 300 } }');
    await page().getByText('total is greater than 300').waitFor();
    await page().getByText('Would have matched 10 of the last 40 events.').waitFor();
    expect(await look(page(), 'new-webhook')).toEqual([]);
    await page().getByRole('textbox', { name: 'JSON' }).fill('{ "total": { "$over": 300 } }');
    await page().getByText('unknown operator $over').waitFor();
    expect(await look(page(), 'new-webhook-fault')).toEqual([]);
    await page().getByRole('textbox', { name: 'JSON' }).fill('{ "total": { "$gt": 390 } }');
    await page().getByText('Would have matched 1 of the last 40 events.').waitFor();
    expect(await page().getByLabel('Value of condition 1').inputValue()).toBe('390');
    await page().getByRole('radio', { name: 'Matched', exact: true }).check();
    await page()
      .getByRole('button', { name: /Match.*order-40/ })
      .click();
    await dialog().getByText('"total": 400').waitFor();
    await page().keyboard.press('Escape');
    const lost = await loseAnswer('/v1/webhooks');
    await button('Create webhook').click();
    await page().getByText('try again, it is done once').waitFor();
    expect(lost()).toMatchObject({ endpoint: stage.receiver.url('/created') });
    await button('Create webhook').dblclick();
    await page().getByRole('heading', { name: 'Your webhook is ready' }).waitFor();
    expect(await webhooksAt('/created')).toHaveLength(1);
    expect(await page().locator('main').textContent()).toMatch(/whsec_[A-Za-z0-9+/]{43}=/);
    expect(await look(page(), 'created')).toEqual([]);
  });

  it('sends a test event with data of their own, and sees what the endpoint answered', async () => {
    await button('Send a test event').click();
    const data = dialog().getByLabel('Data of the event, as JSON');
    expect(JSON.parse(await data.inputValue())).toEqual({ number: 1, total: 19.9, currency: 'EUR', note: 'by card' });
    expect(await look(page(), 'test-event')).toEqual([]);
    await data.fill('{\n  "number": 1,\n}');
    await dialog().getByText('No JSON yet, line 3').waitFor();
    expect(await dialog().getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
    await data.fill('{ "number": 11, "total": 1.10 }');
    expect(stage.receiver.arrivals.filter(({ path }) => path === '/created')).toEqual([]);
    await confirm('Send');
    await dialog().getByText('Status 200').waitFor();
    const [arrival] = await stage.receiver.waitFor(1, ({ path }) => path === '/created');
    expect(arrival?.headers).toMatchObject({
      'ce-source': '/sluice/test',
      'webhook-signature': expect.stringMatching(/^v1,/),
    });
    expect(arrival?.body.toString()).toBe('{ "number": 11, "total": 1.10 }');
    expect(await look(page(), 'test-event-sent')).toEqual([]);
    await confirm('Send another');
    expect(await data.inputValue()).toBe('{ "number": 11, "total": 1.10 }');
    await page().keyboard.press('Escape');
    await page().getByRole('link', { name: 'Go to the webhook' }).click();
    await page().getByRole('heading', { name: 'How it fared' }).waitFor();
    expect(await page().locator('main').textContent()).not.toContain('whsec_');
  });

  it('sees what arrives without asking for it', async () => {
    await page().getByRole('heading', { name: 'Deliveries' }).waitFor();
    await stage.standalone.client.publish({
      id: 'live-1',
      source: '/shop',
      type: TYPE,
      data: { number: 1, total: 1_000 },
    });
    await page().getByRole('link', { name: 'live-1' }).waitFor();
  });

  it('changes a webhook', async () => {
    await page().getByRole('link', { name: 'Edit' }).click();
    await page().getByLabel('Description').fill('Large orders');
    await button('Save changes').click();
    await page().getByRole('heading', { name: 'How it fared' }).waitFor();
    await page().getByText('Large orders').waitFor();
  });

  it('learns that somebody else changed a webhook meanwhile, and loses nothing of what was typed', async () => {
    const other = await stage.anotherPage();
    const address = `${page().url()}/edit`;
    await Promise.all([page().goto(address), other.goto(address)]);
    const [description, theirs] = [page().getByLabel('Description'), other.getByLabel('Description')];
    await description.fill('Mine');
    await theirs.fill('Theirs');
    await other.getByRole('button', { name: 'Save changes' }).click();
    await other.getByRole('heading', { name: 'How it fared' }).waitFor();
    await button('Save changes').click();
    const meanwhile = page().getByRole('alert');
    await meanwhile.getByText('Somebody changed this webhook meanwhile').waitFor();
    await meanwhile.getByText('Large orders Theirs').waitFor();
    expect(await description.inputValue()).toBe('Mine');
    expect(await look(page(), 'changed-meanwhile')).toEqual([]);
    await button('Load what it is now').click();
    expect(await description.inputValue()).toBe('Theirs');
    await description.fill('Mine again');

    await other.goto(address);
    await theirs.fill('Theirs again');
    await other.getByRole('button', { name: 'Save changes' }).click();
    await other.getByRole('heading', { name: 'How it fared' }).waitFor();
    await other.close();
    await button('Save changes').click();
    await button('Keep what I typed').click();
    await button('Save changes').click();
    await page().getByRole('heading', { name: 'How it fared' }).waitFor();
    expect(await webhooksAt('/created')).toMatchObject([{ description: 'Mine again' }]);
  });

  it('pauses and resumes it, and is told first what that does', async () => {
    await button('Pause').click();
    await dialog().getByText('Events go on being matched and kept').waitFor();
    expect(await look(page(), 'pause-dialog')).toEqual([]);
    await confirm('Pause');
    await page().getByText('Paused: events are matched and kept').waitFor();
    await button('Resume').click();
    await confirm('Resume');
    await button('Pause').waitFor();
  });

  it('is told what the data of a test event should have when its type has no example', async () => {
    const { client, baseUrl, credentials } = stage.standalone;
    const schema = { type: 'object', required: ['number'], properties: { number: { type: 'integer' }, note: {} } };
    const put = await fetch(`${baseUrl}/v1/event-types/order.void`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${credentials.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ description: '', schema }),
    });
    expect(put.status).toBe(200);
    const webhook = await client.createWebhook({ endpoint: stage.receiver.url('/void'), event_type: 'order.void' });
    await stage.open(`/webhooks/${webhook.webhook_id}`);
    await button('Send test event').click();
    await dialog().getByText('This type has no example. Its schema asks for number (integer).').waitFor();
    expect(await dialog().getByLabel('Data of the event, as JSON').inputValue()).toBe('{}');
    await page().keyboard.press('Escape');
  });

  it('resends what failed, and sees how far that is', async () => {
    stage.receiver.answer(() => ({ status: 200 }));
    await stage.open(`/webhooks/${stage.account.failing}`);
    await more('Resend failed …');
    await dialog().getByText('Each is sent again with its own id and data').waitFor();
    expect(await look(page(), 'resend-dialog')).toEqual([]);
    await confirm('Resend');
    await dialog().getByText('Done', { exact: true }).waitFor();
    await dialog().getByText('4 deliveries on the way').waitFor();
    expect(await look(page(), 'job-done')).toEqual([]);
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
    await page().getByLabel('State of deliveries').selectOption('exhausted');
    await page().getByText('No delivery fits').waitFor();
  });

  it('replays events, and resends one delivery', async () => {
    await stage.open(`/webhooks/${stage.account.good}`);
    await more('Replay events …');
    await dialog().getByLabel('As').selectOption('new');
    await confirm('Replay');
    await dialog().getByText('Done', { exact: true }).waitFor({ timeout: 60_000 });
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
    await page().getByLabel('State of deliveries').selectOption('delivered');
    await page().locator('.deliveries tbody tr a').first().click();
    await button('Resend').click();
    await confirm('Resend');
    await dialog().getByText('1 delivery on the way').waitFor();
  });

  it('tries a delivery that waits for its next attempt now, once the endpoint is mended', async () => {
    const { client } = stage.standalone;
    const { webhook_id: id } = await client.createWebhook({
      ...{ endpoint: stage.receiver.url('/mended'), event_type: TYPE, retry_schedule: [0, 3_600] },
    });
    stage.receiver.answer(({ path }) => ({ status: path === '/mended' ? 500 : 200 }));
    await client.publish({ source: '/shop', id: 'waiting', type: TYPE, data: { number: 1, total: 1 } });
    await stage.open(`/webhooks/${id}`);
    await page().getByLabel('State of deliveries').selectOption('pending');
    await page().locator('.deliveries tbody tr a').first().click();
    await page().getByText('Status 500').first().waitFor();
    stage.receiver.answer(() => ({ status: 200 }));
    await button('Try now').click();
    await dialog().getByText('Its next attempt is made now').waitFor();
    expect(await look(page(), 'try-now')).toEqual([]);
    await confirm('Try now');
    await dialog().getByText('Its next attempt is on its way.').waitFor();
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
    await page().getByText('Delivered', { exact: true }).first().waitFor();
    await stage.receiver.waitFor(2, ({ path }) => path === '/mended');
  });

  it('tries all deliveries that wait for their next attempt now, once the endpoint is mended', async () => {
    const { client } = stage.standalone;
    const { webhook_id: id } = await client.createWebhook({
      ...{ endpoint: stage.receiver.url('/all-mended'), event_type: TYPE, retry_schedule: [0, 3_600] },
    });
    stage.receiver.answer(({ path }) => ({ status: path === '/all-mended' ? 500 : 200 }));
    const events = [1, 2, 3].map((number) => ({
      id: `all-${number}`,
      source: '/shop',
      type: TYPE,
      data: { number, total: 1 },
    }));
    await stage.open(`/webhooks/${id}`);
    await page().getByText('Nothing delivered yet').waitFor();
    expect(await button('Try all now').count()).toBe(0);
    await client.publishBatch(events);
    await button('Try all now').waitFor();
    await page().getByLabel('State of deliveries').selectOption('pending');
    await expect.poll(() => page().getByText('Retrying', { exact: true }).count()).toBe(3);
    stage.receiver.answer(() => ({ status: 200 }));
    await button('Try all now').click();
    await dialog().getByText('All pending deliveries of this webhook make their next attempt now').waitFor();
    expect(await look(page(), 'try-all-now')).toEqual([]);
    await confirm('Try all now');
    await dialog().getByText('3 deliveries on the way').waitFor();
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click();
    await page().getByText('No delivery fits').waitFor();
    await stage.receiver.waitFor(6, ({ path }) => path === '/all-mended');
  });

  it('is told at once that the delivery of a test event is not to be found', async () => {
    await stage.open(`/webhooks/${stage.account.good}`);
    const gone = '**/v1/deliveries/*';
    await page().route(gone, (route) => route.fulfill({ status: 404, body: '{"title":"Not Found"}' }));
    await button('Send test event').click();
    await confirm('Send');
    await dialog().getByText('Not found').waitFor();
    await page().unroute(gone);
  });

  it('rotates the secret, and sees the new one', async () => {
    await stage.open(`/webhooks/${stage.account.good}`);
    await more('Rotate secret …');
    await dialog().getByText('Meanwhile deliveries carry both signatures').waitFor();
    await confirm('Rotate');
    await expect.poll(() => dialog().textContent()).toMatch(/whsec_[A-Za-z0-9+/]{43}=/);
    expect(await look(page(), 'rotated')).toEqual([]);
    await page().keyboard.press('Escape');
  });

  it('sees the secret again when they ask for it, and nobody before', async () => {
    const asked: string[] = [];
    page().on('request', (request) => {
      if (request.url().endsWith('/secret')) asked.push(request.url());
    });
    await stage.open(`/webhooks/${stage.account.good}`);
    await page().locator('.deliveries tbody tr').first().waitFor();
    const inPage = async () => /whsec_/.test(await page().content());
    expect([asked, await inPage()]).toEqual([[], false]);
    await button('Show the secret').click();
    await expect.poll(() => dialog().textContent()).toMatch(/whsec_[A-Za-z0-9+/]{43}=/);
    expect(await look(page(), 'secret')).toEqual([]);
    expect(await dialog().getByRole('button', { name: 'Copy', exact: true }).count()).toBe(1);
    await page().keyboard.press('Escape');
    await expect.poll(inPage).toBe(false);
    expect(asked).toHaveLength(1);
    const { baseUrl, credentials } = stage.standalone;
    const trail = await fetch(`${baseUrl}/v1/audit?action=webhook.secret_read`, {
      headers: { authorization: `Bearer ${credentials.adminKey}` },
    });
    expect(await trail.json()).toMatchObject({
      entries: [{ subject: stage.account.good, key_id: expect.stringMatching(/^ses_/) }],
    });
  });

  it('is told what was refused only as long as it stands in the form', async () => {
    await stage.open('/webhooks/new');
    await page().getByLabel('Endpoint').fill('http://10.0.0.1/hook');
    await page().getByLabel('Event type').selectOption(TYPE);
    await page().getByText('Speed, order and retries').click();
    await page().getByLabel('Retries').fill('0, soon');
    const wrong = page().locator('[aria-invalid=true], .field-error');
    await button('Create webhook').click();
    // The field, what is said of it, and what is said below the form.
    await expect.poll(() => wrong.count()).toBe(3);
    await page().getByLabel('Retries').fill('0, 60');
    await expect.poll(() => wrong.count()).toBe(0);
    await button('Create webhook').click();
    await expect.poll(() => wrong.count()).toBe(3);
    await page().getByLabel('Endpoint').fill(stage.receiver.url('/corrected'));
    await expect.poll(() => wrong.count()).toBe(0);
    expect(await page().getByLabel('Retries').isVisible()).toBe(true);
    await button('Create webhook').click();
    await page().getByRole('heading', { name: 'Your webhook is ready' }).waitFor();
  });

  it('deletes a webhook only when sure', async () => {
    await stage.open(`/webhooks/${stage.account.picky}`);
    await more('Delete …');
    expect(await dialog().getByRole('button', { name: 'Delete', exact: true }).isDisabled()).toBe(true);
    expect(await look(page(), 'delete-dialog')).toEqual([]);
    await dialog().getByLabel('I want it gone').check();
    await confirm('Delete');
    await page().getByRole('heading', { name: 'Webhooks' }).waitFor();
    await expect.poll(() => page().getByRole('link', { name: '/large' }).count()).toBe(0);
  });

  it('leaves, is told when that did not work, and can ask nothing more', async () => {
    await page().keyboard.press('Escape');
    await page().route('**/v1/portal-session', (route) => route.abort(), { times: 1 });
    await button('Sign out').click();
    await page().getByText('You are still signed in: No answer came.').waitFor();
    await button('Sign out').click();
    await page().getByRole('heading', { name: 'You have signed out' }).waitFor();
    expect(await look(page(), 'signed-out')).toEqual([]);
    await page().reload();
    await page().getByRole('heading', { name: 'You have signed out' }).waitFor();
    expect(await stage.open('')).toBe('This link has expired');
    await page().goto(stage.account.link);
    expect(await stage.open('/signed-out')).toBe('Webhooks');
    expect([stage.strayed, stage.complaints]).toEqual([[], []]);
  });
});
