import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
});
afterAll(() => gateway.stop());

const JSON_TYPE = { 'content-type': 'application/json' };
const live = { authorization: 'live-key', ...JSON_TYPE };
const failed = (message: unknown) => ({ authentication: {}, status: false, message });

const untested = (message: unknown) => ({ status: false, success: false, message });

async function post(path: string, body: unknown, headers: Record<string, string> = live) {
  const response = await gateway.ask(path, {
    method: 'POST',
    headers,
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as { webhook_id: string },
  };
}

const webhook = (config: Record<string, unknown> = {}) => ({
  endpoint: 'https://example.com/hook',
  filter_config: { event_type: 'follow.created', ...config },
});

describe('POST /api/v1/webhooks', () => {
  it('answers 200 with every field of the contract', async () => {
    const { status, body } = await post('/api/v1/webhooks', webhook());
    expect(status).toBe(200);
    expect(body).toEqual({
      webhook_id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      portal_link: `${gateway.baseUrl}/portal?token=a.token%2Fwith%2Bsigns`,
      authentication: { header_name: 'x-airstack-webhook', header_value: expect.any(String) },
      status: true,
      message: 'Successfully created subscription',
      signing_secret: expect.stringMatching(/^whsec_/),
    });
  });

  it('takes the key after Bearer, too', async () => {
    const { status } = await post('/api/v1/webhooks', webhook(), { ...JSON_TYPE, authorization: 'Bearer live-key' });
    expect(status).toBe(200);
  });

  it('hands filter and sample to the registry as they were written, every digit included', async () => {
    const filter = '{ "a" : 1152921504606846976.0 }';
    const sample = '{"a":  1152921504606846976.0, "ä":"\\u00e4"}';
    const body = `{"endpoint":"https://example.com","filter_config":{"event_type":"t","filter":${filter},"payload":${sample}}}`;
    const answer = await post('/api/v1/webhooks', body);
    expect(gateway.registry.webhooks.get(answer.body.webhook_id)).toMatchObject({ summary: { filter }, sample });
  });

  it.each([
    ['missing endpoint', { filter_config: { event_type: 't' } }, 'endpoint is required and missing'],
    [
      'endpoint of a wrong type',
      { endpoint: 7, filter_config: { event_type: 't' } },
      'endpoint must be a string that is not empty',
    ],
    ['missing filter_config', { endpoint: 'https://e.com' }, 'filter_config is required and missing'],
    [
      'filter_config of a wrong type',
      { endpoint: 'https://e.com', filter_config: [] },
      'filter_config must be an object',
    ],
    [
      'missing event_type',
      { endpoint: 'https://e.com', filter_config: {} },
      'filter_config.event_type is required and missing',
    ],
    ['filter of a wrong type', webhook({ filter: 'x' }), 'filter_config.filter must be an object'],
    ['a payload of a wrong type', webhook({ payload: 'x' }), 'filter_config.payload must be an object or an array'],
    ['a filter without payload', webhook({ filter: {} }), expect.stringContaining('filter_config.payload is required')],
    ['what the registry refuses', { ...webhook(), endpoint: 'x' }, 'endpoint must be an absolute URL'],
    ['an array', [], 'the body must be a JSON object'],
    ['broken JSON', '{"endpoint": ', expect.stringContaining('not valid JSON')],
    ['nothing', '', 'the body is empty: a JSON object is required'],
    ['duplicate members', '{"a":1,"a":2}', expect.stringContaining('not valid JSON')],
    [
      'deep nesting',
      `{"a":${'['.repeat(200)}${']'.repeat(200)}}`,
      'the body nests deeper than 100 levels of arrays and objects',
    ],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), expect.stringContaining('UTF-8')],
  ])('answers 400 in the body of the contract to %s', async (_what, sent, message) => {
    const { status, body } = await post('/api/v1/webhooks', sent);
    expect(body).toEqual(failed(message));
    expect(status).toBe(400);
  });

  it.each([
    ['no key', undefined, /missing/],
    ['an unknown key', 'nobody', /not known/],
    ['a test key', 'test-key', /test key/],
    ['another scheme', 'Basic bGl2ZTprZXk=', /API key/],
  ])('answers 401 to %s', async (_what, authorization, message) => {
    const headers = authorization === undefined ? JSON_TYPE : { ...JSON_TYPE, authorization };
    const { status, body } = await post('/api/v1/webhooks', webhook(), headers);
    expect(body).toEqual(failed(expect.stringMatching(message)));
    expect(status).toBe(401);
  });

  it('answers 415 to another content type and to compressed bodies', async () => {
    const form = await post('/api/v1/webhooks', 'a=b', {
      ...live,
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(form).toMatchObject({ status: 415, body: failed(expect.any(String)) });
    const nonsense = await post('/api/v1/webhooks', 'a=b', { ...live, 'content-type': 'nonsense' });
    expect(nonsense).toMatchObject({ status: 415, body: failed(expect.any(String)) });
    const gzip = await post('/api/v1/webhooks', 'x', { ...live, 'content-encoding': 'gzip' });
    expect(gzip).toMatchObject({ status: 415, body: failed(expect.any(String)) });
  });

  it('answers 413 to a huge body, and the client sees the answer', async () => {
    const { status, body } = await post('/api/v1/webhooks', new Uint8Array(20 * 1024 * 1024).fill(0x20));
    expect(body).toEqual(failed(expect.any(String)));
    expect(status).toBe(413);
  });
});

describe('DELETE /api/v1/webhooks/{id}', () => {
  const remove = async (id: string, authorization = 'live-key') => {
    const response = await gateway.ask(`/api/v1/webhooks/${id}`, { method: 'DELETE', headers: { authorization } });
    return { status: response.status, body: await response.json() };
  };

  it('answers 200, then 404; the same 404 to another account', async () => {
    const { webhook_id: id } = (await post('/api/v1/webhooks', webhook())).body;
    gateway.registry.add('other-key', { accountId: 'acc2' });
    const foreign = await remove(id, 'other-key');
    expect(foreign).toEqual({ status: 404, body: failed(expect.any(String)) });
    expect(await remove(id)).toEqual({ status: 200, body: { message: expect.any(String), status: true } });
    expect(await remove(id)).toEqual(foreign);
  });

  it.each(['x', '01J', '8ZZZZZZZZZZZZZZZZZZZZZZZZZ', '%00', 'a'.repeat(900)])('answers 400 to %s', async (id) => {
    expect(await remove(id)).toEqual({ status: 400, body: failed(expect.any(String)) });
  });
});

describe('POST /api/v1/filters/test', () => {
  const payload = { followerProfileId: '3761', socialCapital: { socialCapitalRank: 5 } };

  it.each([
    ['the reference page', { event_type: 'follow.created', filter: { followerProfileId: 3761 }, payload }],
    ['the guide', { eventTypes: 'follow.created', filter: { body: { followerProfileId: 3761 } }, payload }],
    ['both', { event_type: 'anything', eventTypes: 'anything', filter: { body: {} }, payload }],
    ['a sample with a body of its own', { filter: { body: { x: 1 } }, payload: { body: { x: 1 } } }],
    ['a sample that is a list', { filter: { '$.x': 1 }, payload: [{ x: 1 }] }],
    ['no filter', { event_type: 'follow.created', payload }],
    ['no filter and no sample', { event_type: 'follow.created', filter: null, payload: null }],
    ['no type', { filter: { socialCapital: { socialCapitalRank: { $lt: 6 } } }, payload }],
  ])('answers a match in the spelling of %s', async (_what, body) => {
    expect(await post('/api/v1/filters/test', body)).toMatchObject({
      status: 200,
      body: { status: true, success: true },
    });
  });

  it('refuses a test key like the rest of the dialect', async () => {
    const answer = await post('/api/v1/filters/test', { payload }, { ...JSON_TYPE, authorization: 'test-key' });
    expect(answer).toMatchObject({ status: 401, body: untested(expect.stringMatching(/test key/)) });
  });

  it.each([
    [
      'which condition failed on which value',
      { filter: { followerProfileId: { $eq: 1 } }, payload },
      /followerProfileId.*3761/,
    ],
    ['which operator is unknown', { filter: { a: { $near: 1 } }, payload }, /\$near/],
  ])('answers 400 with the outcome only, and says %s', async (_what, body, message) => {
    const answer = await post('/api/v1/filters/test', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ status: false, success: false, message: expect.stringMatching(message) });
  });

  it.each([
    ['broken JSON', '{', /not valid JSON/],
    ['a list', '[]', /JSON object/],
    ['a filter without a sample', { filter: {} }, /^payload is required/],
    ['a filter that is none', { filter: 'x', payload }, /^filter must be an object/],
    ['a sample that creation would refuse', { payload: 'x' }, /^payload must be an object or an array/],
    ['a type that is no text', { event_type: 7, payload }, /^event_type must be a string/],
    ['a list of types', { eventTypes: ['follow.created'], payload }, /^eventTypes must be a string/],
    [
      'an unknown type',
      { eventTypes: 'follow.creatd', payload },
      /^eventTypes must be one of anything, follow.created$/,
    ],
    [
      'types that differ',
      { event_type: 'follow.created', eventTypes: 'anything', payload },
      /^event_type and eventTypes must be the same where both are given/,
    ],
  ])('answers 400 with the outcome to %s', async (_what, body, message) => {
    const answer = await post('/api/v1/filters/test', body);
    expect(answer).toMatchObject({ status: 400, body: untested(expect.stringMatching(message)) });
  });
});

describe('the members of a refusal', () => {
  const webhookId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
  it.each([
    ['POST', '/api/v1/webhooks', '{', ['authentication', 'status', 'message']],
    ['POST', '/api/v1/webhooks/', '{', ['authentication', 'status', 'message']],
    ['PUT', '/api/v1/webhooks', '', ['authentication', 'status', 'message']],
    ['DELETE', `/api/v1/webhooks/${webhookId}`, '', ['message', 'status', 'authentication']],
    ['DELETE', '/api/v1/webhooks/x', '', ['message', 'status', 'authentication']],
    ['PUT', `/api/v1/webhooks/${webhookId}`, '', ['message', 'status', 'authentication']],
    ['POST', '/api/v1/filters/test', '{', ['status', 'success', 'message']],
    ['POST', '/api/v1/filters/test/', '{"filter":{"a":1},"payload":{}}', ['status', 'success', 'message']],
    ['GET', '/api/v1/filters/test?a=b', '', ['status', 'success', 'message']],
  ])('of %s %s stand as the contract has them', async (method, path, body, members) => {
    for (const authorization of ['live-key', 'unknown']) {
      const init = { method, headers: { authorization, ...JSON_TYPE }, ...(body === '' ? {} : { body }) };
      const response = await gateway.ask(path, init);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(Object.keys((await response.json()) as object)).toEqual(members);
    }
  });
});

describe('everything else below /api', () => {
  it.each([
    ['GET', '/api/v1/webhooks', 405, 'POST'],
    ['PUT', '/api/v1/webhooks/01J', 405, 'DELETE'],
    ['GET', '/api/v1/filters/test', 405, 'POST'],
    ['GET', '/api/v1/nothing', 404, null],
    ['POST', '/api/v2/webhooks', 404, null],
    ['DELETE', '/api/v1/webhooks/%zz', 400, null],
    ['GET', `/api/v1/${'x'.repeat(3_000)}`, 404, null],
  ])('answers %s %s with %i in the body of the contract', async (method, path, status, allow) => {
    const response = await gateway.ask(path, { method, headers: { authorization: 'live-key' } });
    expect(response.status).toBe(status);
    expect(response.headers.get('allow')).toBe(allow);
    const body = await response.json();
    expect(body).toMatchObject({ status: false, message: expect.any(String) });
  });
});
