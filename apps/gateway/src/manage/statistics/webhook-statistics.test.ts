import type { Dispatcher } from '@sluice/contracts/dispatcher-commands';
import { accepted } from '@sluice/contracts/result';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
const asked: unknown[] = [];

const total = {
  ...{ attempts: 4, succeeded: 3, failed: 1, delivered: 3, exhausted: 0, cancelled: 1, successRate: 0.75 },
  latencyMs: { p50: 12.5, p95: 30, p99: 31 },
};
const none = {
  ...{ attempts: 0, succeeded: 0, failed: 0, delivered: 0, exhausted: 0, cancelled: 1 },
  ...{ successRate: null, latencyMs: null },
};

const webhookStatistics: Dispatcher['webhookStatistics'] = async (question) => {
  asked.push(question);
  const hours = [{ hour: '2026-03-01T12:00:00.000Z', ...none }];
  return accepted({ from: '2026-03-01T12:00:00.000Z', to: '2026-03-02T12:00:00.000Z', total, hours });
};

beforeAll(async () => {
  gateway = await gatewayUnderTest();
  gateway.dispatcher.webhookStatistics = webhookStatistics;
});
afterAll(() => gateway.stop());

const ask = (query = '') =>
  gateway.ask(`/v1/webhooks/01J00000000000000000000000/statistics${query}`, {
    headers: { authorization: 'Bearer live-key' },
  });

test('answers in the names of the API, and asks for the range as it was given, in UTC', async () => {
  const response = await ask('?from=2026-03-01T12:00:00%2B01:00');
  expect(response.status).toBe(200);
  const { hour, ...counts } = { hour: '2026-03-01T12:00:00.000Z', attempts: 0, succeeded: 0, failed: 0 };
  expect(await response.json()).toEqual({
    webhook_id: '01J00000000000000000000000',
    from: '2026-03-01T12:00:00.000Z',
    to: '2026-03-02T12:00:00.000Z',
    total: {
      ...{ attempts: 4, succeeded: 3, failed: 1, delivered: 3, exhausted: 0, cancelled: 1, success_rate: 0.75 },
      latency_ms: { p50: 12.5, p95: 30, p99: 31 },
    },
    hours: [{ hour, ...counts, delivered: 0, exhausted: 0, cancelled: 1, success_rate: null, latency_ms: null }],
  });
  expect(asked.at(-1)).toEqual({
    ...{ credential: 'live-key', webhookId: '01J00000000000000000000000', from: '2026-03-01T11:00:00.000Z', to: null },
  });
});

test('answers for many webhooks at once', async () => {
  gateway.dispatcher.statisticsOfWebhooks = async (question) => {
    asked.push(question);
    const webhooks = [{ webhookId: 'a', total, hours: [], lastDeliveryAt: '2026-03-01T13:00:00.000Z' }];
    return accepted({ from: '2026-03-01T12:00:00.000Z', to: '2026-03-02T12:00:00.000Z', webhooks });
  };
  const many = (query: string) =>
    gateway.ask(`/v1/statistics?${query}`, { headers: { authorization: 'Bearer live-key' } });
  const response = await many('webhook_ids=a,b&to=2026-03-02T12:00:00Z');
  expect(await response.json()).toMatchObject({
    from: '2026-03-01T12:00:00.000Z',
    webhooks: [
      { webhook_id: 'a', last_delivery_at: '2026-03-01T13:00:00.000Z', total: { success_rate: 0.75 }, hours: [] },
    ],
  });
  expect(asked.at(-1)).toMatchObject({ webhookIds: ['a', 'b'], from: null, to: '2026-03-02T12:00:00.000Z' });
  for (const wrong of ['', 'webhook_ids=', 'webhook_ids=a,', 'webhook_ids=a b', `webhook_ids=${'a,'.repeat(100)}a`]) {
    const refused = await many(wrong);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ errors: [{ path: 'webhook_ids' }] });
  }
});

test.each([
  ['?from=yesterday', 'from'],
  ['?to=2026-02-30T00:00:00Z', 'to'],
  ['?to=', 'to'],
  ['?from=2026-03-01T12:00:00Z&from=2026-03-01T12:00:00Z', 'from'],
  ['?since=2026-03-01T12:00:00Z', 'since'],
])('refuses %s', async (query, path) => {
  const response = await ask(query);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ path }] });
});
