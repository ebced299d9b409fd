import { accepted, refused } from '@sluice/contracts/result';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../../testing/gateway-under-test.js';

const acceptedAt = '2026-03-01T12:00:00.000Z';
const asked: unknown[] = [];
let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await gatewayUnderTest();
  gateway.dispatcher.recentEvents = async (question) => {
    asked.push(question);
    return accepted({ events: [{ source: '/s', id: '1', type: 't', acceptedAt, data: '<b>' }] });
  };
  gateway.dispatcher.eventData = async ({ id }) => {
    if (id === 'none') return refused('not_found', 'there is no such event');
    const bytes = id === 'text' ? Buffer.from('{"ü":1}') : Buffer.from([255, 0]);
    return accepted({ source: '/s', id, type: 't', acceptedAt, data: bytes.toString('base64') });
  };
  gateway.dispatcher.eventTrails = async ({ id }) => {
    const trail = { source: '/s', id, type: 't', acceptedAt, partition: 0, position: '7', matched: 0 };
    const nobody = { deliveries: [], payloads: [], unmatched: [], unmatchedMore: false };
    return accepted({ events: [{ ...trail, ...nobody, complete: true }], more: false });
  };
});
afterAll(() => gateway.stop());

async function ask(path: string, key = 'live-key') {
  const response = await gateway.ask(`/v1/events${path}`, { headers: { authorization: `Bearer ${key}` } });
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
  return { status: response.status, body: (await response.json()) as any };
}

it('shows the newest events of a type, and of all types of the catalogue', async () => {
  expect(await ask('/recent?event_type=follow.created&limit=5')).toEqual({
    status: 200,
    body: { events: [{ source: '/s', id: '1', type: 't', accepted_at: acceptedAt, data: '<b>' }] },
  });
  expect(asked.at(-1)).toEqual({ credential: 'live-key', eventTypes: ['follow.created'], limit: 5 });
  await ask('/recent');
  expect(asked.at(-1)).toMatchObject({ limit: 100, eventTypes: expect.arrayContaining(['follow.created']) });
});

it("shows an event's data as text where it is UTF-8, else as base64", async () => {
  const event = { source: '/s', type: 't', accepted_at: acceptedAt };
  const text = { ...event, id: 'text', data: '{"ü":1}', data_encoding: 'utf8' };
  expect(await ask('/data?source=/s&id=text')).toEqual({ status: 200, body: text });
  expect((await ask('/data?source=/s&id=bytes')).body).toMatchObject({ data: '/wA=', data_encoding: 'base64' });
  expect((await ask('/data?source=/s&id=none')).status).toBe(404);
});

it('tells what became of all events of an id', async () => {
  const { status, body } = await ask('?id=7');
  expect(status).toBe(200);
  expect(body).toMatchObject({ events: [{ source: '/s', id: '7', accepted_at: acceptedAt }], more: false });
});

it.each([
  ['/recent?limit=101', 'limit'],
  ['/recent?limit=0', 'limit'],
  ['/recent?event_type=no.such', 'event_type'],
  ['/recent?cursor=a', 'cursor'],
  ['/data?source=/s', 'id'],
  ['/data?id=1', 'source'],
  ['?source=/s', 'id'],
  ['?id=1&id=2', 'id'],
])('refuses %s', async (path, wrong) => {
  const { status, body } = await ask(path);
  expect(status).toBe(400);
  expect(body.errors).toContainEqual(expect.objectContaining({ path: wrong }));
});

it('is for keys that may read', async () => {
  for (const path of ['/recent', '/data?source=/s&id=text', '?id=7']) {
    expect((await ask(path, 'test-key')).status).toBe(401);
  }
});
