import { verifyContentMac } from '@sluice/signatures/content-mac';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ChangingBase } from '../testing/changing-base.js';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';
import { PingsUnderTest } from '../testing/pings-under-test.js';

let sluice: DispatcherUnderTest;
let pings: PingsUnderTest;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  pings = new PingsUnderTest(sluice);
  await sluice.start();
});
afterAll(() => sluice.close());

const failing = () => ({ status: 500 });

describe('a ping', () => {
  test('tells a webhook’s endpoint that there is something to read, and how it went is known', async () => {
    const webhook = pings.webhook();
    await pings.open(webhook);
    const [arrival] = await pings.arrived(1, webhook);
    expect(arrival).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'Sluice' },
    });
    const { timestamp } = JSON.parse(String(arrival!.body)) as { timestamp: string };
    expect(String(arrival!.body)).toBe(
      `{"base":{"id":"${webhook.baseId}"},"webhook":{"id":"${webhook.id}"},"timestamp":"${timestamp}"}`,
    );
    expect(new Date(timestamp).toISOString()).toBe(timestamp);
    const header = arrival!.headers['x-airtable-content-mac'];
    expect(verifyContentMac({ header, body: arrival!.body, macSecretBase64: webhook.macSecretBase64 })).toBe(true);
    await pings.over(webhook);
    expect(await pings.result(webhook)).toEqual({
      lastNotificationResult: {
        success: true,
        completionTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        durationMs: expect.any(Number),
        retryNumber: 0,
      },
      lastSuccessfulNotificationTime: expect.stringMatching(/\.000Z$/),
    });
  });

  test('comes at once when a change is recorded, and finds its payload in the list', async () => {
    const base = new ChangingBase(sluice);
    const listed: Promise<{ payloads: unknown[] }>[] = [];
    const webhook = pings.webhook(
      ({ path }) => {
        listed.push(base.list(path.slice(1)));
        return { status: 200 };
      },
      { baseId: base.id, createdRevision: sluice.feed.revision + 1 },
    );
    await base.publish('Done');
    await pings.arrived(1, webhook);
    expect((await listed[0]!).payloads).toHaveLength(1);
    await pings.over(webhook);
  });

  test('succeeds with 204, too', async () => {
    const webhook = pings.webhook(() => ({ status: 204 }));
    await pings.open(webhook);
    await pings.over(webhook);
    expect(await pings.result(webhook)).toMatchObject({ lastNotificationResult: { success: true } });
  });

  test.each([201, 202, 301, 410, 429, 503])('fails with %d, and is tried again', async (status) => {
    const headers = { location: '/elsewhere', 'retry-after': '3600' };
    const webhook = pings.webhook(() => ({ status, headers }));
    await pings.open(webhook);
    const { due_in } = await pings.waitsFor(2, webhook);
    expect(due_in).toBeLessThanOrEqual(10);
    expect(await pings.result(webhook)).toMatchObject({
      lastNotificationResult: {
        success: false,
        retryNumber: 0,
        error: { message: `The HTTP request returned a ${status} status code instead of 200 or 204.` },
        willBeRetried: true,
      },
      lastSuccessfulNotificationTime: null,
    });
    expect(sluice.receiver.arrivals.some(({ path }) => path === '/elsewhere')).toBe(false);
    expect(sluice.feed.disabled).toEqual([]);
  });

  test.each([
    ['refuses connections', () => 'http://127.0.0.1:1/', 'refused the connection'],
    ['is at an address that is not allowed', () => 'http://10.0.0.1/', 'an address that notifications are not sent to'],
    ['has no address', () => 'http://nobody.invalid/', 'could not be looked up'],
    ['speaks no TLS', () => sluice.receiver.url('/').replace('http:', 'https:'), 'no secure connection'],
  ])('to an endpoint that %s fails and says so', async (_what, url, message) => {
    const webhook = pings.webhook(undefined, { endpoint: url() });
    await pings.open(webhook);
    await pings.waitsFor(2, webhook);
    expect(await pings.result(webhook)).toMatchObject({
      lastNotificationResult: { success: false, error: { message: expect.stringContaining(message) } },
    });
  });

  test('is one for all that changed while its retry waits', async () => {
    let fails = true;
    const webhook = pings.webhook(() => ({ status: fails ? 500 : 200 }));
    await pings.open(webhook);
    await pings.waitsFor(2, webhook);
    for (let change = 0; change < 30; change += 1) await pings.open(webhook);
    expect(await pings.row(webhook)).toMatchObject({ attempt: 2, again: false });
    fails = false;
    sluice.clock.advance(10_000);
    await pings.over(webhook);
    expect(pings.arrivals(webhook)).toHaveLength(2);
    expect(await pings.result(webhook)).toMatchObject({ lastNotificationResult: { success: true, retryNumber: 1 } });
  });

  test('is followed by another when something changed while it was under way', async () => {
    const webhook = pings.webhook(() => ({ status: 200, delayMs: 800 }));
    await pings.open(webhook);
    await pings.arrived(1, webhook);
    await pings.open(webhook);
    await pings.arrived(2, webhook);
    await pings.over(webhook);
    expect(pings.arrivals(webhook)).toHaveLength(2);
  });
});

describe('an endpoint that hangs', () => {
  test('has 25 s', async () => {
    const hanging = sluice.webhook({ id: 'hanging-delivery', eventType: 'hanging' });
    const webhook = pings.webhook(() => 'drip');
    sluice.feed.put({ ...hanging, endpoint: webhook.endpoint as string });
    await pings.open(webhook);
    await sluice.publish({ type: 'hanging' });
    await pings.arrived(2, webhook);
    sluice.clock.advance(21_000);
    const dueAgain = async () =>
      expect(
        await sluice.rows(`select attempt, lease from dispatch.pending where webhook_id = 'hanging-delivery'`),
      ).toEqual([{ attempt: 2, lease: null }]);
    await vi.waitFor(dueAgain, { timeout: 15_000, interval: 50 });
    expect(await pings.row(webhook)).toMatchObject({ attempt: 1, lease: expect.any(String) });
    sluice.clock.advance(4_000);
    await pings.waitsFor(2, webhook);
    const { lastNotificationResult } = (await pings.result(webhook))!;
    expect(lastNotificationResult).toMatchObject({
      error: { message: 'The HTTP request was not answered completely within 25 seconds.' },
    });
    expect(lastNotificationResult!.durationMs).toBeGreaterThanOrEqual(25_000);
    await sluice.feed.delete(webhook.id);
    await sluice.feed.delete(hanging.id);
  });
});

describe('notifications that are turned off', () => {
  test('are not sent, and what was to be told is dropped', async () => {
    let fails = true;
    const webhook = pings.webhook(() => ({ status: fails ? 500 : 200 }));
    await pings.open(webhook);
    await pings.waitsFor(2, webhook);
    await sluice.feed.update(webhook.id, { notificationsEnabled: false });
    fails = false;
    sluice.clock.advance(10_000);
    await pings.over(webhook);
    await pings.open(webhook);
    await pings.over(webhook);
    expect(pings.arrivals(webhook)).toHaveLength(1);

    await sluice.feed.update(webhook.id, { notificationsEnabled: true });
    await pings.open(webhook);
    await pings.arrived(2, webhook);
  });

  test.each(['deleted', 'expired'])('as those of a webhook that is %s', async (how) => {
    const webhook = pings.webhook(failing);
    await pings.open(webhook);
    await pings.waitsFor(2, webhook);
    await (how === 'deleted' ? sluice.feed.delete(webhook.id) : sluice.feed.update(webhook.id, { state: 'expired' }));
    sluice.clock.advance(10_000);
    await pings.over(webhook);
    expect(pings.arrivals(webhook)).toHaveLength(1);
  });

  test('are those of no webhook that this dispatcher only has not heard of yet', async () => {
    const { follow } = sluice.feed;
    let hear = (): void => {};
    const heard = new Promise<void>((resolve) => {
      hear = resolve;
    });
    let asks = false;
    Object.assign(sluice.feed, {
      follow: async (request: Parameters<typeof follow>[0]) => {
        asks = true;
        const answer = await follow(request);
        if (request.after < sluice.feed.revision) await heard;
        return answer;
      },
    });
    try {
      await vi.waitFor(() => expect(asks).toBe(true), { timeout: 5_000 });
      const webhook = pings.webhook();
      await pings.open(webhook);
      await pings.leased(webhook);
      hear();
      await pings.arrived(1, webhook);
    } finally {
      Object.assign(sluice.feed, { follow });
    }
  });
});

describe('the last retry', () => {
  test('comes after about a day; then notifications are turned off, until they are turned on again', async () => {
    let fails = true;
    const webhook = pings.webhook(() => ({ status: fails ? 404 : 200 }));
    await pings.open(webhook);
    let waited = 0;
    for (let attempt = 1; attempt <= 13; attempt += 1) {
      const { due_in } = await pings.waitsFor(attempt + 1, webhook);
      expect(await pings.result(webhook)).toMatchObject({
        lastNotificationResult: { retryNumber: attempt - 1, willBeRetried: true },
      });
      waited += due_in;
      sluice.clock.advance(due_in * 1_000 + 10);
    }
    await pings.over(webhook);
    expect(waited).toBeGreaterThan(80_000 / 2);
    expect(waited).toBeLessThanOrEqual(81_910);
    expect(pings.arrivals(webhook)).toHaveLength(14);
    // Those of the tests before go on failing, and may have come to their ends by now.
    const silenced = sluice.feed.silenced.filter((told) => told.startsWith(webhook.id));
    expect(silenced).toEqual([`${webhook.id}: every retry of a notification failed`]);
    expect(await pings.result(webhook)).toMatchObject({
      lastNotificationResult: { success: false, retryNumber: 13, willBeRetried: false },
      lastSuccessfulNotificationTime: null,
    });

    fails = false;
    await pings.open(webhook);
    await pings.over(webhook);
    expect(pings.arrivals(webhook)).toHaveLength(14);

    sluice.clock.advance(5_000);
    await sluice.feed.update(webhook.id, { notificationsEnabled: true });
    await pings.open(webhook);
    await pings.over(webhook);
    expect(pings.arrivals(webhook)).toHaveLength(15);
    expect(await pings.result(webhook)).toMatchObject({ lastNotificationResult: { success: true, retryNumber: 0 } });
  }, 180_000);

  test('is repeated while the registry is away: nothing is given up without its knowing', async () => {
    const webhook = pings.webhook(() => 'hang');
    await pings.open(webhook);
    await pings.arrived(1, webhook);
    await sluice.rows('update dispatch.ping set attempt = 14 where webhook_id = $1', [webhook.id]);
    sluice.clock.advance(25_000);
    await pings.waitsFor(2, webhook);
    await sluice.rows('update dispatch.ping set attempt = 14 where webhook_id = $1', [webhook.id]);
    sluice.clock.advance(10_000);
    await pings.arrived(2, webhook);
    sluice.feed.away = true;
    sluice.clock.advance(25_000);
    const { due_in } = await pings.waitsFor(15, webhook);
    expect(due_in).toBeGreaterThan(50);
    expect(await pings.result(webhook)).toMatchObject({
      lastNotificationResult: { retryNumber: 13, willBeRetried: true },
    });
    expect(sluice.feed.silenced).not.toContainEqual(expect.stringContaining(webhook.id));

    sluice.feed.away = false;
    sluice.clock.advance(60_000);
    await pings.arrived(3, webhook);
    sluice.clock.advance(25_000);
    await pings.over(webhook);
    expect(sluice.feed.silenced).toContainEqual(expect.stringContaining(webhook.id));
    expect(await pings.result(webhook)).toMatchObject({
      lastNotificationResult: { retryNumber: 13, willBeRetried: false },
    });
  });
});

test('the ping of a webhook that is turned off waits for no retry: turned on again, it begins anew', async () => {
  const webhook = pings.webhook(failing);
  await pings.open(webhook);
  await pings.waitsFor(2, webhook);
  await sluice.rows("update dispatch.ping set attempt = 12, due_at = now() + interval '1 hour' where webhook_id = $1", [
    webhook.id,
  ]);
  sluice.feed.put({ ...webhook, notificationsEnabled: false });
  await pings.over(webhook);
  expect(pings.arrivals(webhook)).toHaveLength(1);
  sluice.feed.put(webhook);
  await pings.open(webhook);
  await pings.waitsFor(2, webhook);
});
