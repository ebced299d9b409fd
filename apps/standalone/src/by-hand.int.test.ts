import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ServicesTogether, servicesTogether } from './testing/services-together.js';

const TYPE = 'history.happened';

let services: ServicesTogether;
let receiver: Receiver;
let client: SluiceClient;

beforeAll(async () => {
  receiver = await startReceiver();
  services = await servicesTogether();
  client = new SluiceClient(services.baseUrl, services.apiKey);
  const admin = new SluiceClient(services.baseUrl, services.operatorKey);
  expect((await admin.request('PUT', `/v1/event-types/${TYPE}`, '{}')).status).toBe(200);
});
afterAll(async () => {
  await services.close();
  await receiver.close();
});

const soon = <T>(check: () => Promise<T> | T) => vi.waitFor(check, { timeout: 30_000, interval: 50 });
const arrivals = (path: string) => receiver.arrivals.filter((arrival) => arrival.path === path);
const eventsAt = (path: string) => arrivals(path).map(({ headers }) => headers['ce-id'] as string);

async function ask(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
  const answer = await client.request(method, path, body === undefined ? undefined : JSON.stringify(body), headers);
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  return { status: answer.status, body: answer.body as any };
}

/** Publishes without a pause until told to stop; answers what was acknowledged. */
function publishing(from: string) {
  const acknowledged: string[] = [];
  let stopped = false;
  const one = async (lane: number): Promise<void> => {
    for (let number = 0; !stopped; number += 1) {
      const id = `${from}-${lane}-${number}`;
      if ((await client.publish({ id, source: '/history', type: TYPE, data: id })).status === 202)
        acknowledged.push(id);
    }
  };
  const running = Promise.all(Array.from({ length: 8 }, (_, lane) => one(lane)));
  return {
    acknowledged,
    stop: async () => {
      stopped = true;
      await running;
    },
  };
}

it('a webhook that starts from the earliest gets all that was ever acknowledged, once, though events come on', async () => {
  const publisher = publishing('all');
  const create = async () => {
    await soon(() => expect(publisher.acknowledged.length).toBeGreaterThan(100));
    const wanted = { endpoint: receiver.url('/all'), event_type: TYPE, start_from: 'earliest' };
    const created = await ask('POST', '/v1/webhooks', wanted);
    await soon(() => expect(eventsAt('/all').length).toBeGreaterThan(200));
    return created;
  };
  const { status, body } = await create().finally(publisher.stop);
  expect([status, body.job.kind]).toEqual([201, 'backfill']);
  await soon(() => expect(new Set(eventsAt('/all')).size).toBe(publisher.acknowledged.length));
  await soon(async () => expect((await ask('GET', `/v1/jobs/${body.job.id}`)).body).toMatchObject({ state: 'done' }));
  expect(eventsAt('/all').sort()).toEqual(publisher.acknowledged.sort());
}, 90_000);

it('a delivery is found by its webhook, sent again under its id, and only once under one Idempotency-Key', async () => {
  const { body: webhook } = await ask('POST', '/v1/webhooks', { endpoint: receiver.url('/one'), event_type: TYPE });
  await client.publish({ id: 'one', source: '/history', type: TYPE, data: 'one' });
  const list = async () => (await ask('GET', `/v1/deliveries?webhook_id=${webhook.webhook_id}`)).body.deliveries;
  await soon(async () => expect(await list()).toMatchObject([{ state: 'delivered', event: { id: 'one' } }]));
  const [{ id }] = await list();
  const key = { 'idempotency-key': '"again"' };
  const first = await ask('POST', `/v1/deliveries/${id}/resend`, undefined, key);
  expect(first).toMatchObject({ status: 202, body: { kind: 'resend', delivery_id: id } });
  expect(await ask('POST', `/v1/deliveries/${id}/resend`, undefined, key)).toEqual(first);
  await soon(() => expect(arrivals('/one')).toHaveLength(2));
  await soon(async () => expect((await ask('GET', `/v1/deliveries/${id}`)).body.attempts).toHaveLength(2));
  expect(arrivals('/one').map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
});

it('what was accepted in a time is replayed as new', async () => {
  const from = new Date().toISOString();
  await client.publish({ id: 'in-time', source: '/history', type: TYPE, data: 'in time' });
  const { body: webhook } = await ask('POST', '/v1/webhooks', { endpoint: receiver.url('/new'), event_type: TYPE });
  const wanted = { kind: 'replay', webhook_ids: [webhook.webhook_id], from, as: 'new' };
  const { status, body } = await ask('POST', '/v1/jobs', wanted);
  expect(status).toBe(202);
  await soon(() => expect(eventsAt('/new')).toEqual(['in-time']));
  await soon(async () => {
    const shown = { state: 'done', progress: { inserted: 1, not_possible: 0 } };
    expect((await ask('GET', `/v1/jobs/${body.id}`)).body).toMatchObject(shown);
  });
});
