import { randomUUID } from 'node:crypto';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ServicesTogether, servicesTogether } from './testing/services-together.js';

const TYPE = 'life.happened';
const SOURCE = '/life';

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

const soon = <T>(check: () => Promise<T> | T) => vi.waitFor(check, { timeout: 20_000, interval: 50 });
const arrivedAt = (path: string) =>
  receiver.arrivals.filter((arrival) => arrival.path === path).map(({ headers }) => headers['ce-id']);

async function publish(): Promise<string> {
  const id = randomUUID();
  expect((await client.publish({ id, source: SOURCE, type: TYPE, data: id })).status).toBe(202);
  return id;
}

async function create(path: string, members: Record<string, unknown> = {}): Promise<string> {
  const wanted = { endpoint: receiver.url(path), event_type: TYPE, ...members };
  const { status, body } = await client.request('POST', '/v1/webhooks', JSON.stringify(wanted));
  expect([status, body]).toEqual([201, expect.objectContaining(members)]);
  return body.webhook_id as string;
}

const turn = async (id: string, way: string) => {
  expect((await client.request('POST', `/v1/webhooks/${id}/${way}`)).status).toBe(200);
};

/** What became of an event for a webhook: waits until it was matched. */
async function stateOf(event: string, webhookId: string): Promise<unknown> {
  const { body } = await client.trail(SOURCE, event);
  const deliveries = body.deliveries as { webhook_id: string; state: string }[];
  return deliveries.find((delivery) => delivery.webhook_id === webhookId)?.state;
}

it('a webhook with options is paused, gets nothing and loses nothing, and gets all of it when it is resumed', async () => {
  const id = await create('/paused', { rate_limit: 1_000, retry_schedule: [0, 1], description: 'of a test' });
  await turn(id, 'pause');
  const events: string[] = [];
  for (let n = 0; n < 10; n += 1) events.push(await publish());
  for (const event of events) expect(await stateOf(event, id)).toBe('pending');
  expect(arrivedAt('/paused')).toEqual([]);
  await turn(id, 'resume');
  await soon(() => expect(arrivedAt('/paused').toSorted()).toEqual(events.toSorted()));
});

it('what is accepted after a change, or a switch, was answered is delivered as that says', async () => {
  const id = await create('/before');
  const first = await publish();
  await soon(() => expect(arrivedAt('/before')).toEqual([first]));
  const change = JSON.stringify({ endpoint: receiver.url('/after') });
  expect((await client.request('PATCH', `/v1/webhooks/${id}`, change)).status).toBe(200);
  const second = await publish();
  await soon(() => expect(arrivedAt('/after')).toEqual([second]));
  await turn(id, 'disable');
  const third = await publish();
  expect(await stateOf(third, id)).toBeUndefined();
  await turn(id, 'enable');
  const fourth = await publish();
  await soon(() => expect(arrivedAt('/after')).toEqual([second, fourth]));
  expect(arrivedAt('/before')).toEqual([first]);
});

it('a request repeated under its Idempotency-Key makes one webhook, through gateways and registries that know nothing of each other', async () => {
  const body = JSON.stringify({ endpoint: receiver.url('/once'), event_type: TYPE });
  const key = { 'idempotency-key': randomUUID() };
  const first = await client.request('POST', '/v1/webhooks', body, key);
  expect([first.status, first.headers.get('idempotency-replayed')]).toEqual([201, null]);

  const other = await services.another();
  const again = await new SluiceClient(other.baseUrl, services.apiKey).request('POST', '/v1/webhooks', body, key);
  await other.stop();
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers.get('idempotency-replayed')).toBe('true');

  const { body: list } = await client.request('GET', '/v1/webhooks?limit=1000');
  const made = (list.webhooks as { endpoint: string }[]).filter(({ endpoint }) => endpoint.endsWith('/once'));
  expect(made).toHaveLength(1);
});

it('of many at once, through two gateways, under one Idempotency-Key, one is carried out', async () => {
  const other = await services.another();
  const clients = [client, new SluiceClient(other.baseUrl, services.apiKey)];
  const body = JSON.stringify({ endpoint: receiver.url('/race'), event_type: TYPE });
  const key = { 'idempotency-key': randomUUID() };
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => clients[n % 2]!.request('POST', '/v1/webhooks', body, key)),
  );
  await other.stop();
  const ids = answers.flatMap((answer) => (answer.status === 201 ? [answer.body.webhook_id] : []));
  expect(new Set(ids).size).toBe(1);
  expect(new Set(answers.map(({ status }) => status))).toSatisfy((statuses: Set<number>) =>
    [...statuses].every((status) => status === 201 || status === 409),
  );
  const { body: list } = await client.request('GET', '/v1/webhooks?limit=1000');
  const made = (list.webhooks as { endpoint: string }[]).filter(({ endpoint }) => endpoint.endsWith('/race'));
  expect(made).toHaveLength(1);
});
