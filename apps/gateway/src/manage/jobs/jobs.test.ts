import type { Delivery } from '@sluice/contracts/delivery-commands';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
});
afterAll(() => gateway.stop());

async function ask(method: string, path: string, body?: unknown, authorization = 'live-key') {
  const headers = { authorization, 'content-type': 'application/json' };
  const text = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await gateway.ask(path, { method, headers, ...text });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const lastAsked = () => gateway.jobs.asked.at(-1)?.request;
const since = '2026-06-01T00:00:00.000Z';

describe('jobs', () => {
  it('are accepted, shown, listed page by page and cancelled', async () => {
    const wanted = { kind: 'resend', webhook_ids: ['w1', 'w2'], since: '2026-06-01T02:00:00+02:00', rate: 5 };
    const created = await ask('POST', '/v1/jobs', wanted);
    expect(created).toEqual({
      status: 202,
      body: {
        id: expect.stringMatching(/^job_/),
        kind: 'resend',
        webhook_ids: ['w1', 'w2'],
        states: ['exhausted'],
        since,
        rate: 5,
        state: 'running',
        reason: null,
        progress: { total: 7, done: 3, inserted: 2, not_possible: 1 },
        notes: ['gone'],
        created_at: expect.any(String),
        ended_at: null,
      },
    });
    const request = { kind: 'resend', webhookIds: ['w1', 'w2'], states: ['exhausted'], since };
    expect(lastAsked()).toEqual({ credential: 'live-key', request, rate: 5, from: '127.0.0.1' });
    await ask('POST', '/v1/jobs', { kind: 'resend', delivery_id: 'msg_a' });
    const first = await ask('GET', '/v1/jobs?limit=1');
    expect(first.body.jobs).toMatchObject([{ kind: 'resend', delivery_id: 'msg_a' }]);
    const second = await ask('GET', `/v1/jobs?limit=1&cursor=${first.body.next_cursor}`);
    expect(second.body).toEqual({ jobs: [created.body], next_cursor: null });
    const path = `/v1/jobs/${created.body.id}`;
    expect(await ask('GET', path)).toEqual({ status: 200, body: created.body });
    const refused = { status: 400, body: { errors: [{ path: 'reason' }] } };
    expect(await ask('POST', `${path}/cancel`, { reason: 'late' })).toMatchObject(refused);
    expect(await ask('POST', `${path}/cancel`)).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect((await ask('GET', '/v1/jobs/job_0%00')).status).toBe(404);
  });

  it('replay a time, until now if no end of it is given', async () => {
    const wanted = { kind: 'replay', webhook_ids: ['w1'], from: '2026-06-01T02:00:00+02:00', as: 'new' };
    const { body } = await ask('POST', '/v1/jobs', wanted);
    expect(body).toMatchObject({ kind: 'replay', from: since, to: null, as: 'new' });
    const request = { kind: 'replay', webhookIds: ['w1'], from: since, to: null, as: 'new' };
    expect(lastAsked()).toMatchObject({ request });
    await ask('POST', '/v1/jobs', { ...wanted, to: '2026-06-02T00:00:00Z' });
    expect(lastAsked()).toMatchObject({ request: { ...request, to: '2026-06-02T00:00:00.000Z' } });
  });

  it('backfill a webhook from a moment on, or from the earliest', async () => {
    const wanted = { kind: 'backfill', webhook_id: 'w1', start_from: '2026-06-01T02:00:00+02:00' };
    expect((await ask('POST', '/v1/jobs', wanted)).body).toMatchObject({ kind: 'backfill', start_from: since });
    expect(lastAsked()).toMatchObject({ request: { kind: 'backfill', webhookId: 'w1', startFrom: since } });
    await ask('POST', '/v1/jobs', { ...wanted, start_from: 'earliest' });
    expect(lastAsked()).toMatchObject({ request: { startFrom: 'earliest' } });
  });

  it('try what waits at webhooks now', async () => {
    const wanted = { kind: 'try_now', webhook_ids: ['w1', 'w2'] };
    expect((await ask('POST', '/v1/jobs', wanted)).body).toMatchObject(wanted);
    expect(lastAsked()).toMatchObject({ request: { kind: 'try_now', webhookIds: ['w1', 'w2'] } });
  });

  it.each([
    [{}, 'kind'],
    [{ kind: 'redo' }, 'kind'],
    [{ kind: 'resend', since }, 'webhook_ids'],
    [{ kind: 'resend', webhook_ids: [], since }, 'webhook_ids'],
    [{ kind: 'resend', webhook_ids: Array(101).fill('w'), since }, 'webhook_ids'],
    [{ kind: 'resend', webhook_ids: ['w', 7], since }, 'webhook_ids.1'],
    [{ kind: 'resend', webhook_ids: ['w'] }, 'since'],
    [{ kind: 'resend', webhook_ids: ['w'], since: 'yesterday' }, 'since'],
    [{ kind: 'resend', webhook_ids: ['w'], since: '2026-06-01T00:00:00' }, 'since'],
    [{ kind: 'resend', webhook_ids: ['w'], since, states: [] }, 'states'],
    [{ kind: 'resend', webhook_ids: ['w'], since, states: ['exhausted', 'delivered'] }, 'states.1'],
    [{ kind: 'resend', webhook_ids: ['w'], since, rate: 0 }, 'rate'],
    [{ kind: 'resend', webhook_ids: ['w'], since, rate: '5' }, 'rate'],
    [{ kind: 'resend', webhook_ids: ['w'], since, rate: 10_001 }, 'rate'],
    [{ kind: 'resend', delivery_id: 'msg_a', since }, 'since'],
    [{ kind: 'try_now' }, 'webhook_ids'],
    [{ kind: 'try_now', webhook_ids: ['w'], since }, 'since'],
    [{ kind: 'replay', webhook_ids: ['w'], from: since }, 'as'],
    [{ kind: 'replay', webhook_ids: ['w'], from: since, as: 'old' }, 'as'],
    [{ kind: 'replay', webhook_ids: ['w'], as: 'new' }, 'from'],
    [{ kind: 'replay', webhook_ids: ['w'], from: since, to: 5, as: 'new' }, 'to'],
    [{ kind: 'replay', from: since, as: 'new' }, 'webhook_ids'],
    [{ kind: 'backfill', start_from: 'earliest' }, 'webhook_id'],
    [{ kind: 'backfill', webhook_id: 'w' }, 'start_from'],
    [{ kind: 'backfill', webhook_id: 'w', start_from: 'latest' }, 'start_from'],
    [{ kind: 'backfill', webhook_ids: ['w'], start_from: 'earliest' }, 'webhook_ids'],
    [{ kind: 'replay', webhook_ids: ['w'], from: since, as: 'new', since }, 'since'],
    [{ kind: 'resend', delivery_id: 7 }, 'delivery_id'],
  ])('are refused by path: %j', async (body, path) => {
    const answer = await ask('POST', '/v1/jobs', body);
    expect(answer.status).toBe(400);
    expect((answer.body.errors as { path: string }[]).map((error) => error.path)).toContain(path);
  });

  it('are for keys that may subscribe', async () => {
    expect((await ask('POST', '/v1/jobs', { kind: 'resend', delivery_id: 'msg_a' }, 'test-key')).status).toBe(401);
    expect((await ask('GET', '/v1/jobs', undefined, 'test-key')).status).toBe(401);
  });
});

describe('deliveries', () => {
  const attempt = {
    number: 1,
    at: since,
    status: 500,
    error: null,
    latencyMs: 12.54,
    responseHeaders: [['server', 'x']] satisfies [[string, string]],
    responseExcerpt: 'no',
  };
  const event = { source: '/s', id: 'e', type: 't', acceptedAt: since };
  const ended = { state: 'exhausted', reason: 'HTTP 500', nextAttemptAt: null, endedAt: since } as const;
  const request = {
    url: 'https://example.org/hook',
    headers: [{ name: 'x-secret', value: '•••' }],
    body: Buffer.from('{"n":1e400}').toString('base64'),
  };
  const delivery = (id: string): Delivery => ({
    ...{ id, webhookId: 'w', event, ...ended, attempts: [attempt], attemptsMade: 1, lastStatus: 500 },
    ...{ request, next: { at: null, because: 'the webhook is paused' } },
  });
  const shown = (id: string) => ({
    id,
    webhook_id: 'w',
    event: { source: '/s', id: 'e', type: 't', accepted_at: since },
    state: 'exhausted',
    reason: 'HTTP 500',
    attempts_made: 1,
    last_status: 500,
    next_attempt_at: null,
    ended_at: since,
  });

  it('are listed page by page, shown with their attempts, and sent again', async () => {
    gateway.jobs.deliveries.push(delivery('msg_a'), delivery('msg_b'));
    const query = `webhook_id=w&state=exhausted&since=${encodeURIComponent('2026-06-01T02:00:00+02:00')}&limit=1`;
    const first = await ask('GET', `/v1/deliveries?${query}`);
    expect(first.body.deliveries).toEqual([shown('msg_a')]);
    expect(lastAsked()).toMatchObject({ webhookId: 'w', state: 'exhausted', since, limit: 1 });
    await ask('GET', `/v1/deliveries?${query}&cursor=${first.body.next_cursor}`);
    expect(lastAsked()).toMatchObject({ before: { at: '2026-06-01T09:30:00.000123Z', id: 'msg_a' } });
    const attempts = [
      {
        number: 1,
        at: since,
        status: 500,
        error: null,
        latency_ms: 12.5,
        response_headers: { server: 'x' },
        response_excerpt: 'no',
      },
    ];
    const sent = {
      ...{ method: 'POST', url: 'https://example.org/hook', headers: { 'x-secret': '•••' } },
      ...{ body: '{"n":1e400}', body_encoding: 'utf8', body_bytes: 11 },
    };
    const next = { at: null, because: 'the webhook is paused' };
    const whole = { ...shown('msg_b'), next, request: sent, attempts };
    expect(await ask('GET', '/v1/deliveries/msg_b')).toEqual({ status: 200, body: whole });
    const refused = { status: 400, body: { errors: [{ path: 'rate' }] } };
    expect(await ask('POST', '/v1/deliveries/msg_b/resend', { rate: 1 })).toMatchObject(refused);
    const resent = await ask('POST', '/v1/deliveries/msg_b/resend');
    expect(resent).toMatchObject({ status: 202, body: { kind: 'resend', delivery_id: 'msg_b' } });
    for (const id of ['msg_z', 'other', 'msg_%00']) expect((await ask('GET', `/v1/deliveries/${id}`)).status).toBe(404);
  });

  it('are listed over the whole account, up to a moment, and by the id of their event; bytes that are no text as base64', async () => {
    const until = encodeURIComponent('2026-06-01T02:00:00+02:00');
    await ask('GET', `/v1/deliveries?until=${until}&event_id=${encodeURIComponent('a/b ?ü')}`);
    expect(lastAsked()).toMatchObject({ webhookId: undefined, until: since, eventId: 'a/b ?ü', limit: 100 });
    const binary = Buffer.from([0, 255, 1]).toString('base64');
    gateway.jobs.deliveries.push({ ...delivery('msg_c'), request: { ...request, body: binary } });
    const { body } = await ask('GET', '/v1/deliveries/msg_c');
    expect(body.request).toMatchObject({ body: binary, body_encoding: 'base64', body_bytes: 3 });
  });

  it.each([
    ['webhook_id=', 'webhook_id'],
    ['webhook_id=a&webhook_id=b', 'webhook_id'],
    ['event_id=', 'event_id'],
    ['event_id=a&event_id=b', 'event_id'],
    ['until=2026-06-01', 'until'],
    ['webhook_id=w&state=lost', 'state'],
    ['webhook_id=w&since=now', 'since'],
    ['webhook_id=w&limit=0', 'limit'],
    ['webhook_id=w&cursor=x', 'cursor'],
    ['webhook_id=w&status=x', 'status'],
  ])('are not listed by ?%s', async (query, path) => {
    expect(await ask('GET', `/v1/deliveries?${query}`)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });
});
