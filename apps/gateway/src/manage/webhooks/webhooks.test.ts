import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
});
afterAll(() => gateway.stop());

async function ask(method: string, path: string, body?: string, key = 'live-key') {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const response = await gateway.ask(path, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) as Record<string, unknown> };
}

const WANTED = { endpoint: 'https://example.com/hook', event_type: 'follow.created' };
const create = (members: Record<string, unknown> = {}) =>
  ask('POST', '/v1/webhooks', JSON.stringify({ ...WANTED, ...members }));

async function created(members?: Record<string, unknown>): Promise<string> {
  return (await create(members)).body.webhook_id as string;
}

const OPTIONS = {
  description: 'Orders',
  ordering: 'subject',
  rate_limit: 0.5,
  concurrency: 4,
  retry_schedule: [0, 2.5, 60],
};

describe('webhooks of our own API', () => {
  it('are created with options, and the answer has the secrets', async () => {
    const { status, body } = await create(OPTIONS);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...WANTED,
      ...OPTIONS,
      state: 'enabled',
      filter: null,
      header: { name: 'x-airstack-webhook', value: expect.any(String) },
      signing_secret: expect.stringMatching(/^whsec_/),
      portal_link: expect.stringMatching(/\/portal\?token=/),
    });
  });

  it('are shown as they were created, also when the registry is of the version before', async () => {
    gateway.registry.tellsCreated = false;
    const { status, body } = await create(OPTIONS);
    gateway.registry.tellsCreated = true;
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...WANTED, webhook_id: expect.any(String), signing_secret: expect.any(String) });
    expect((await ask('GET', `/v1/webhooks/${body.webhook_id}`)).status).toBe(200);
  });

  it('are created with what was accepted before them, by a job', async () => {
    const { status, body } = await create({ start_from: '2026-01-01T01:00:00+01:00' });
    const startFrom = '2026-01-01T00:00:00.000Z';
    expect(status).toBe(201);
    expect(body).toMatchObject({ ...WANTED, job: { kind: 'backfill', start_from: startFrom, state: 'running' } });
    expect(gateway.jobs.asked.at(-1)?.request).toMatchObject({
      ...{ credential: 'live-key', request: { kind: 'backfill', webhookId: body.webhook_id, startFrom } },
    });
    expect((await create({ start_from: 'earliest' })).body).toMatchObject({ job: { start_from: 'earliest' } });
  });

  it.each([
    [new Error('away'), 503],
    [{ code: 'too_many', message: 'too many jobs' } as const, 429],
  ])('are not created at all when there can be no job: %j', async (refusal, status) => {
    const before = gateway.registry.webhooks.size;
    gateway.jobs.refusal = refusal;
    expect((await create({ start_from: 'earliest' })).status).toBe(status);
    gateway.jobs.refusal = null;
    expect(gateway.registry.webhooks.size).toBe(before);
  });

  it.each(['yesterday', '2026-01-01T00:00:00', '2999-01-01T00:00:00Z', 5])('do not start from %j', async (start) => {
    const answer = await create({ start_from: start });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'start_from' }] } });
  });

  it('show themselves as they were created, without the secrets', async () => {
    const { body } = await create(OPTIONS);
    const { header, signing_secret, portal_link, ...shown } = body;
    expect((await ask('GET', `/v1/webhooks/${body.webhook_id}`)).body).toEqual(shown);
  });

  it('keep a filter as it was written, every digit included, and need no sample for it', async () => {
    const filter = '{ "a": 1152921504606846977 }';
    const { status, text, body } = await ask(
      'POST',
      '/v1/webhooks',
      `{"endpoint":"https://example.com","event_type":"follow.created","filter":${filter},"sample":null}`,
    );
    expect(status).toBe(201);
    expect(text).toContain(filter);
    expect((await ask('GET', `/v1/webhooks/${body.webhook_id}`)).text).toContain(filter);
  });

  it('change what is named and nothing else; null is what a new one has', async () => {
    const id = await created({ ...OPTIONS, filter: { a: 1 } });
    const changed = await ask('PATCH', `/v1/webhooks/${id}`, '{"endpoint":"https://example.com/b","rate_limit":null}');
    expect(changed.status).toBe(200);
    const moved = { endpoint: 'https://example.com/b', rate_limit: null };
    expect(changed.body).toMatchObject({ ...OPTIONS, ...moved, filter: { a: 1 } });
    const none = { description: null, ordering: null, concurrency: null, retry_schedule: null, filter: null };
    expect((await ask('PATCH', `/v1/webhooks/${id}`, JSON.stringify(none))).body).toMatchObject({
      ...none,
      ordering: 'none',
      endpoint: 'https://example.com/b',
    });
  });

  it('are not made of a body that lacks members, each of which is named', async () => {
    const message = 'is required and missing';
    expect(await ask('POST', '/v1/webhooks', '{}')).toMatchObject({
      status: 400,
      body: {
        errors: [
          { path: 'endpoint', message },
          { path: 'event_type', message },
        ],
      },
    });
  });

  it('are turned by their switches', async () => {
    const id = await created();
    for (const [turn, state] of [
      ['pause', 'paused'],
      ['resume', 'enabled'],
      ['disable', 'disabled'],
      ['enable', 'enabled'],
    ]) {
      expect(await ask('POST', `/v1/webhooks/${id}/${turn}`)).toMatchObject({ status: 200, body: { state } });
    }
  });

  it('are not turned by a request that names a member, as none would be looked at', async () => {
    const path = `/v1/webhooks/${await created()}/pause`;
    expect(await ask('POST', path, '{"reason":"lunch"}')).toMatchObject({
      status: 400,
      body: { detail: 'reason is not known here: nothing is', errors: [{ path: 'reason' }] },
    });
    expect(await ask('POST', path, '[]')).toMatchObject({ status: 400 });
    expect(await ask('POST', path, '{}')).toMatchObject({ status: 200, body: { state: 'paused' } });
  });

  it('are deleted, and gone', async () => {
    const id = await created();
    expect(await ask('DELETE', `/v1/webhooks/${id}`)).toMatchObject({
      status: 200,
      body: { webhook_id: id, deleted: true },
    });
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PATCH', '', '{}'],
      ['DELETE', '', undefined],
      ['POST', '/pause', undefined],
    ] as const) {
      expect(await ask(method, `/v1/webhooks/${id}${path}`, body)).toMatchObject({
        status: 404,
        body: { status: 404 },
      });
    }
  });

  it('stamp what is published after a change with its revision', async () => {
    const id = await created();
    const published = async () => {
      const event = { specversion: '1.0', id: crypto.randomUUID(), source: '/t', type: 'anything' };
      const headers = { authorization: 'Bearer live-key', 'content-type': 'application/cloudevents+json' };
      await gateway.ask('/v1/events', { method: 'POST', headers, body: JSON.stringify(event) });
      return Number.parseInt(String(gateway.stream.records.at(-1)?.headers.sluice_revision), 10);
    };
    // The registry says its own revision when it is asked; here it can't be.
    gateway.registry.before = async (command) => {
      if (command === 'revision') throw new Error('away');
    };
    await ask('POST', `/v1/webhooks/${id}/pause`);
    expect(await published()).toBe(gateway.registry.currentRevision);
    await ask('PATCH', `/v1/webhooks/${id}`, '{"rate_limit":1}');
    expect(await published()).toBe(gateway.registry.currentRevision);
    gateway.registry.before = async () => {};
  });

  it.each([
    ['{"endpoint":"https://e.com"}', 'event_type'],
    ['{"event_type":"a","endpoint":7}', 'endpoint'],
    ['{"event_type":"a","endpoint":"https://e.com","filter":[]}', 'filter'],
    ['{"event_type":"a","endpoint":"https://e.com","sample":1}', 'sample'],
    ['{"event_type":"a","endpoint":"https://e.com","rate":1}', 'rate'],
  ])('answers POST with %s by the path that is wrong', async (body, path) => {
    expect(await ask('POST', '/v1/webhooks', body)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });

  it.each([
    ['{"description":1}', 'description'],
    ['{"ordering":"all"}', 'ordering'],
    ['{"rate_limit":"1"}', 'rate_limit'],
    ['{"rate_limit":1e400}', 'rate_limit'],
    ['{"concurrency":true}', 'concurrency'],
    ['{"retry_schedule":60}', 'retry_schedule'],
    ['{"retry_schedule":[0,"1"]}', 'retry_schedule.1'],
    ['{"rate_limit":0.05}', 'rate_limit'],
    ['{"concurrency":33}', 'concurrency'],
    ['{"concurrency":1.5}', 'concurrency'],
    ['{"retry_schedule":[]}', 'retry_schedule'],
    ['{"retry_schedule":[0,604801]}', 'retry_schedule.1'],
  ])('answers POST and PATCH with %s by the path that is wrong', async (body, path) => {
    const wrong = { status: 400, body: { errors: [{ path }] } };
    expect(await ask('PATCH', `/v1/webhooks/${await created()}`, body)).toMatchObject(wrong);
    const whole = `${JSON.stringify(WANTED).slice(0, -1)},${body.slice(1)}`;
    expect(await ask('POST', '/v1/webhooks', whole)).toMatchObject(wrong);
  });

  it.each([
    ['{"event_type":"b"}', 'event_type', "event_type can't be changed: create another webhook for it"],
    ['{"endpoint":null}', 'endpoint', 'endpoint must be a string that is not empty'],
    ['{"state":"paused"}', 'state', expect.stringContaining('state is not known here')],
  ])('answers PATCH with %s by the path that is wrong', async (body, path, detail) => {
    const answer = await ask('PATCH', `/v1/webhooks/${await created()}`, body);
    expect(answer).toMatchObject({ status: 400, body: { detail, errors: [{ path }] } });
  });

  it('need a live key', async () => {
    const id = await created();
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/enable'],
    ] as const) {
      expect((await ask(method, `/v1/webhooks/${id}${path}`, undefined, 'test-key')).status).toBe(401);
    }
  });
});
