import { accepted, refused } from '@sluice/contracts/result';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
});
afterAll(() => gateway.stop());

describe('POST /v1/filters/preview', () => {
  const preview = async (body: string, credential = 'live-key') => {
    const headers = { authorization: credential, 'content-type': 'application/json' };
    const response = await gateway.ask('/v1/filters/preview', { method: 'POST', headers, body });
    return { status: response.status, body: await response.json() };
  };

  it('hands the filter on as it was written, and counts what it would have let through', async () => {
    const asked: unknown[] = [];
    const event = { source: '/a', acceptedAt: '2026-03-01T12:00:00.000Z' };
    gateway.dispatcher.previewFilter = async (request) => {
      asked.push(request);
      return accepted({
        events: [
          { ...event, id: '2', matched: true, reason: null },
          { ...event, id: '1', matched: false, reason: 'n $eq 1: the event has 2' },
        ],
      });
    };
    const shown = { source: '/a', accepted_at: '2026-03-01T12:00:00.000Z' };
    expect(await preview('{"event_type":"follow.created","filter":{"n": 1152921504606846977}}')).toEqual({
      status: 200,
      body: {
        considered: 2,
        matched: 1,
        events: [
          { ...shown, id: '2', matched: true, reason: null },
          { ...shown, id: '1', matched: false, reason: 'n $eq 1: the event has 2' },
        ],
      },
    });
    const filter = '{"n": 1152921504606846977}';
    expect(asked).toEqual([{ credential: 'live-key', eventType: 'follow.created', filter }]);
  });

  it.each([
    ['{}', 'event_type'],
    ['{"event_type":"no.such.type"}', 'event_type'],
    ['{"event_type":"follow.created","filter":[]}', 'filter'],
    ['{"event_type":"follow.created","filters":{}}', 'filters'],
  ])('refuses %s and names the member', async (body, path) => {
    expect(await preview(body)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });

  it('tells the place of what is wrong in a filter', async () => {
    gateway.dispatcher.previewFilter = async () => refused('invalid', 'filter.n.$gt: a number', 'filter.n.$gt');
    const answer = await preview('{"event_type":"follow.created","filter":{"n":{"$gt":{}}}}');
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'filter.n.$gt' }] } });
  });

  it('is for those who may read events', async () => {
    expect((await preview('{"event_type":"follow.created"}', 'test-key')).status).toBe(401);
  });
});
