import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ServicesTogether, servicesTogether } from './testing/services-together.js';

let services: ServicesTogether;
let receiver: Receiver;
let client: SluiceClient;

beforeAll(async () => {
  services = await servicesTogether();
  receiver = await startReceiver();
  receiver.answer(({ path }) => ({ status: path === '/gone' ? 410 : 200 }));
  client = new SluiceClient(services.baseUrl, services.apiKey);
});
afterAll(async () => {
  await services.close();
  await receiver.close();
});

async function told(path: string) {
  const [arrival] = await receiver.waitFor(1, (each) => each.path === path);
  return { type: arrival!.headers['ce-type'], data: JSON.parse(arrival!.body.toString()) };
}

it('webhooks that were made over either face are told, by what the registry itself says', async () => {
  await client.subscribe(receiver.url('/disabled'), 'webhook.disabled');
  const watching = { endpoint: receiver.url('/exhausted'), event_type: 'delivery.exhausted' };
  const filter = { event: { type: 'follow.created' } };
  expect(await client.request('POST', '/v1/webhooks', JSON.stringify({ ...watching, filter }))).toMatchObject({
    status: 201,
  });
  const endpoint = receiver.url('/gone');
  const { webhook_id } = await client.subscribe(endpoint, 'follow.created');
  const { body: schema } = await client.request('GET', '/v1/event-types/follow.created/schema');
  const [data] = schema.examples as unknown[];
  expect(await client.publish({ id: '1', source: '/tests', type: 'follow.created', data })).toMatchObject({
    status: 202,
  });

  const about = { webhook_id, event_type: 'follow.created', endpoint };
  expect(await told('/exhausted')).toMatchObject({
    type: 'delivery.exhausted',
    data: { ...about, attempts: 1, event: { source: '/tests', id: '1', type: 'follow.created' } },
  });
  const disabled = await told('/disabled');
  expect(disabled).toMatchObject({
    type: 'webhook.disabled',
    data: { ...about, reason: 'the endpoint answered 410 Gone' },
  });
  const { body: shown } = await client.request('GET', `/v1/webhooks/${webhook_id}`);
  expect(shown).toMatchObject({ state: 'disabled', disabled_at: disabled.data.disabled_at });
  await vi.waitFor(async () => {
    const { body } = await client.request('GET', `/v1/webhooks/${webhook_id}/statistics`);
    expect(body).toMatchObject({ total: { attempts: 1, failed: 1, exhausted: 1, success_rate: 0 } });
    expect(body.hours).toHaveLength(1);
  }, 10_000);
});

it('nobody else publishes such events, or registers their types', async () => {
  const event = { id: '1', source: '/webhooks/x', data: {} };
  expect(await client.publish({ ...event, type: 'webhook.disabled' })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'type', message: 'must not start with webhook. or delivery.: reserved' }] },
  });
  const unknown = await client.publish({ ...event, type: 'no.such' });
  expect(unknown.body.known_types).toContain('follow.created');
  expect(unknown.body.known_types).not.toContain('webhook.disabled');
  const admin = new SluiceClient(services.baseUrl, services.operatorKey);
  expect((await admin.request('PUT', '/v1/event-types/webhook.disabled', '{}')).status).toBe(400);
});
