import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import { verify } from '@sluice/signatures/verify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DispatcherUnderTest } from '../testing/dispatcher-under-test.js';

let sluice: DispatcherUnderTest;

beforeAll(async () => {
  sluice = await DispatcherUnderTest.create();
  await sluice.start();
});
afterAll(() => sluice.close());

const settled = () => vi.waitFor(async () => expect(await sluice.behind()).toBe(0n), { timeout: 15_000, interval: 50 });

describe('the way of an event', () => {
  test('ends at the endpoint of each webhook that it matches: signed, byte for byte, with the static header', async () => {
    const filtered = sluice.webhook({
      filter: '{"followerProfileId":{"$eq":3761}}',
      headers: [{ name: 'x-airstack-webhook', value: 'a static value' }],
    });
    const other = sluice.webhook({ filter: '{"followerProfileId":"12"}' });
    const data = '{ "followerProfileId" : "3761",\t"n":1152921504606846976, "m":1.0, "name":"Ünï ☃" }\n';
    const id = await sluice.publish({ data, subject: 'user 7' });

    const [arrival] = await sluice.receiver.waitFor(1, ({ path }) => path === `/${filtered.id}`);
    expect(arrival?.body.toString()).toBe(data);
    expect(arrival?.method).toBe('POST');
    expect(arrival?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-airstack-webhook': 'a static value',
      'ce-id': id,
      'ce-type': 'follow.created',
      'ce-source': '/feeds/1',
      'ce-specversion': '1.0',
      'ce-subject': 'user%207',
    });
    const secrets = filtered.secrets.map(({ secret }) => secret);
    const nowSeconds = Math.floor(Date.now() / 1_000);
    expect(verify({ headers: arrival!.headers, body: arrival!.body, secrets, nowSeconds })).toMatchObject({ ok: true });
    await settled();
    expect(sluice.receiver.arrivals.filter(({ path }) => path === `/${other.id}`)).toEqual([]);
    const rows = await sluice.rows('select state from dispatch.delivery where webhook_id = $1', [filtered.id]);
    expect(rows).toEqual([{ state: 'delivered' }]);
  });

  test('delivers an event once, although it was published twice', async () => {
    const webhook = sluice.webhook({ eventType: 'twice' });
    await sluice.publish({ id: 'same', type: 'twice' });
    await sluice.publish({ id: 'same', type: 'twice' });
    await sluice.publish({ id: 'another', type: 'twice', subject: 'same' });
    await settled();
    const ids = sluice.receiver.arrivals.filter(({ path }) => path === `/${webhook.id}`);
    expect(ids.map(({ headers }) => headers['ce-id']).sort()).toEqual(['another', 'same']);
  });

  test('gives a webhook only what was accepted since it was created', async () => {
    const type = 'since.creation';
    sluice.feed.away = true;
    await sluice.publish({ type, id: 'before' });
    const webhook = sluice.webhook({ eventType: type });
    await sluice.publish({ type, id: 'after' });
    sluice.feed.away = false;
    await sluice.receiver.waitFor(1, ({ path }) => path === `/${webhook.id}`);
    await settled();
    const got = sluice.receiver.arrivals.filter(({ path }) => path === `/${webhook.id}`);
    expect(got.map(({ headers }) => headers['ce-id'])).toEqual(['after']);
  });

  test('makes an unreadable record a dead letter between two good ones', async () => {
    const type = 'dead.letter';
    const webhook = sluice.webhook({ eventType: type });
    await sluice.publish({ type, subject: 'one key' });
    const key = Buffer.from('account-1/one key');
    const value = Buffer.from('who\0 knows');
    await sluice.stream.publish(EVENTS_TOPIC, [{ key, headers: { ce_id: 'no stamp' }, value }]);
    await sluice.publish({ type, subject: 'one key' });
    await sluice.receiver.waitFor(2, ({ path }) => path === `/${webhook.id}`);
    await settled();
    const letters = await sluice.rows<{ data: Buffer; reason: string }>(
      'select data, reason from dispatch.dead_letter',
    );
    expect(letters.map(({ data }) => data)).toEqual([value]);
    expect(letters[0]?.reason).toContain('sluice_account');
  });

  test('gives data that is no JSON to webhooks without a filter only', async () => {
    const type = 'not.json';
    const unfiltered = sluice.webhook({ eventType: type });
    const filtered = sluice.webhook({ eventType: type, filter: '{"a":{"$exist":false}}' });
    await sluice.publish({ type, data: 'plain text' });
    await sluice.receiver.waitFor(1, ({ path }) => path === `/${unfiltered.id}`);
    await settled();
    expect(sluice.receiver.arrivals.some(({ path }) => path === `/${filtered.id}`)).toBe(false);
  });

  test('keeps what a paused webhook would get until it is enabled again', async () => {
    const type = 'paused';
    const webhook = sluice.webhook({ eventType: type, state: 'paused' });
    await sluice.publish({ type });
    await settled();
    expect(await sluice.rows('select id from dispatch.pending where webhook_id = $1', [webhook.id])).toHaveLength(1);
    await sluice.feed.update(webhook.id, { state: 'enabled' });
    await sluice.receiver.waitFor(1, ({ path }) => path === `/${webhook.id}`);
  });

  test('is ready', async () => {
    expect(await sluice.service.problems()).toEqual([]);
  });
});
