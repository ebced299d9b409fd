import type { Refusal } from '@sluice/contracts/result';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';
import { BASE, IN_A_WEEK } from '../testing/memory-airtable.js';

let gateway: GatewayUnderTest;
beforeEach(async () => {
  gateway = await gatewayUnderTest();
});
afterEach(() => gateway.stop());

const WEBHOOKS = `/v0/bases/${BASE}/webhooks`;
const SPECIFICATION = '{"options":{"filters":{"dataTypes":["tableData"]}}}';
const CREATION = `{"specification":${SPECIFICATION}}`;
const INVALID = 'Invalid request: parameter validation failed. Check your request data.';

type Body = string | Uint8Array<ArrayBuffer>;

async function ask(method: string, path: string, body?: Body, headers: Record<string, string> = {}) {
  const init = { authorization: 'Bearer pat', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const response = await gateway.ask(path, {
    method,
    headers: { ...init, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const refusal = (type: string, message: unknown) => ({ error: { type, message } });

async function create(creation = CREATION, authorization = 'Bearer pat'): Promise<string> {
  const { status, text } = await ask('POST', WEBHOOKS, creation, { authorization });
  expect([status, text]).toEqual([200, expect.any(String)]);
  return (JSON.parse(text) as { id: string }).id;
}

/** The six endpoints, each as a good request. */
const endpoints = (webhookId: string): readonly [method: string, path: string, body?: string][] => [
  ['POST', WEBHOOKS, CREATION],
  ['GET', WEBHOOKS],
  ['GET', `${WEBHOOKS}/${webhookId}/payloads`],
  ['POST', `${WEBHOOKS}/${webhookId}/refresh`],
  ['POST', `${WEBHOOKS}/${webhookId}/enableNotifications`, '{"enable":true}'],
  ['DELETE', `${WEBHOOKS}/${webhookId}`],
];

describe('creating a webhook', () => {
  it('answers 200 with the members of the contract in its order', async () => {
    const { status, headers, text } = await ask('POST', WEBHOOKS, CREATION);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    const [webhook] = gateway.airtable.webhooks;
    expect(text).toBe(`{"id":"${webhook?.id}","macSecretBase64":"c2VjcmV0LWtleQ==","expirationTime":"${IN_A_WEEK}"}`);
  });

  it('says null, and does not leave it out, where a webhook never expires', async () => {
    const { text } = await ask('POST', WEBHOOKS, CREATION, { authorization: 'legacy' });
    expect(text).toMatch(/,"expirationTime":null\}$/);
  });

  it('hands the specification on as it was written, and the credential, and where the request came from', async () => {
    const specification = '{ "options":{"filters" : {"dataTypes":["tableData"],"fromSources":null},"\\u00e4":1.50}}';
    await create(`{"notificationUrl":"https://e.com/hook", "specification" :${specification} }`);
    expect(gateway.airtable.lastOf('createBaseWebhook')).toEqual({
      credential: 'pat',
      baseId: BASE,
      notificationUrl: 'https://e.com/hook',
      specification,
      from: '127.0.0.1',
    });
  });

  it.each([`{"notificationUrl":null,"specification":${SPECIFICATION}}`, CREATION])(
    'takes a webhook without a URL: %s',
    async (creation) => {
      await create(creation);
      expect(gateway.airtable.lastOf('createBaseWebhook')).toMatchObject({ notificationUrl: null });
    },
  );

  it.each([
    ['nothing', '', 'the body is empty: a JSON object is required'],
    ['an array', '[]', 'the body must be a JSON object'],
    ['null', 'null', 'the body must be a JSON object'],
    ['no specification', '{}', 'specification is required and missing'],
    ['a null specification', '{"specification":null}', 'specification must be an object'],
    ['a specification of a wrong type', '{"specification":"x"}', 'specification must be an object'],
    ['a URL of a wrong type', `{"notificationUrl":7,"specification":{}}`, 'notificationUrl must be a string'],
    [
      'a misspelt member',
      `{"notificationURL":"https://e.com","specification":{}}`,
      'notificationURL is not known here: notificationUrl and specification are',
    ],
    [
      'deep nesting',
      `{"specification":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      'the body nests deeper than 100 levels of arrays and objects',
    ],
  ])('answers 422 to %s and points at it', async (_what, body, pointer) => {
    const { status, text } = await ask('POST', WEBHOOKS, body);
    expect(JSON.parse(text)).toEqual(refusal('INVALID_REQUEST_UNKNOWN', `${INVALID} ${pointer}`));
    expect(status).toBe(422);
  });

  it.each([
    ['broken JSON', '{"specification":', /should stand/],
    ['duplicate members', `{"specification":{},"specification":{}}`, /duplicate member/],
    ['duplicate members within', `{"specification":{"a":{"b":1,"b":2}}}`, /duplicate member/],
    ['invalid UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), /UTF-8/],
    ['a NUL byte', '{"specification":{"a":"\0"}}', /./],
    ['a byte order mark', `\ufeff${CREATION}`, /byte order mark/],
  ])('answers 400 to %s', async (_what, body, reason) => {
    const { status, text } = await ask('POST', WEBHOOKS, body as Body);
    const { error } = JSON.parse(text) as { error: { type: string; message: string } };
    expect([status, error.type]).toEqual([400, 'INVALID_REQUEST_BODY']);
    expect(error.message).toMatch(/^Could not parse request body: /);
    expect(error.message).toMatch(reason);
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'application/json; charset=utf-16', 'nonsense', ';;;'])(
    'answers 415 to a body that is sent as %s',
    async (type) => {
      const { status, text } = await ask('POST', WEBHOOKS, CREATION, { 'content-type': type });
      expect(JSON.parse(text)).toEqual(refusal('UNSUPPORTED_MEDIA_TYPE', expect.any(String)));
      expect(status).toBe(415);
    },
  );

  it('takes JSON whatever the header says of its charset’s case, and without the header', async () => {
    for (const type of ['application/json; charset=UTF-8', 'application/vnd.api+json']) {
      expect((await ask('POST', WEBHOOKS, CREATION, { 'content-type': type })).status).toBe(200);
    }
    const bytes = new Uint8Array(Buffer.from(CREATION));
    const untyped = await gateway.ask(WEBHOOKS, { method: 'POST', headers: { authorization: 'pat' }, body: bytes });
    expect(untyped.status).toBe(200);
  });
});

describe('the list of webhooks', () => {
  it('is empty when there is none, and the dispatcher is not asked', async () => {
    const { status, headers, text } = await ask('GET', WEBHOOKS);
    expect([status, text]).toEqual([200, '{"webhooks":[]}']);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(gateway.airtable.lastOf('payloadListStates')).toBeUndefined();
  });

  it('has every member in the order of the contract, specifications byte for byte', async () => {
    const specification = '{ "options" : {"filters":{"dataTypes":["tableData"],"x":1.10e2 } ,"includes":null}}';
    const first = await create(`{"notificationUrl":"https://e.com/ä\\"","specification":${specification}}`);
    const second = await create(CREATION, 'legacy');
    gateway.airtable.states.set(first, {
      lastSuccessfulNotificationTime: '2026-06-01T09:30:02.000Z',
      webhookId: first,
      lastNotificationResult: {
        willBeRetried: true,
        error: { message: 'The HTTP request returned a 404 status code instead of 200 or 204.' },
        retryNumber: 2,
        durationMs: 44.540927,
        completionTimestamp: '2026-06-01T09:30:01.973Z',
        success: false,
      },
      cursorForNextPayload: 7,
    });
    const { text } = await ask('GET', WEBHOOKS);
    expect(text).toBe(
      `{"webhooks":[{"id":"${first}","specification":${specification},"notificationUrl":"https://e.com/ä\\"",` +
        '"cursorForNextPayload":7,"lastNotificationResult":{"success":false,' +
        '"completionTimestamp":"2026-06-01T09:30:01.973Z","durationMs":44.540927,"retryNumber":2,' +
        '"error":{"message":"The HTTP request returned a 404 status code instead of 200 or 204."},' +
        '"willBeRetried":true},"areNotificationsEnabled":true,' +
        `"lastSuccessfulNotificationTime":"2026-06-01T09:30:02.000Z","isHookEnabled":true,"expirationTime":"${IN_A_WEEK}"},` +
        `{"id":"${second}","specification":${SPECIFICATION},"notificationUrl":null,"cursorForNextPayload":1,` +
        '"lastNotificationResult":null,"areNotificationsEnabled":false,"lastSuccessfulNotificationTime":null,' +
        '"isHookEnabled":true,"expirationTime":null}]}',
    );
  });

  it('says of a ping that succeeded neither error nor whether there is another', async () => {
    const id = await create();
    const lastNotificationResult = {
      retryNumber: 0,
      success: true,
      durationMs: 96.5,
      completionTimestamp: '2026-06-01T09:30:01.973Z',
    } as const;
    const lastSuccessfulNotificationTime = '2026-06-01T09:30:02.000Z';
    const state = { webhookId: id, cursorForNextPayload: 2, lastNotificationResult, lastSuccessfulNotificationTime };
    gateway.airtable.states.set(id, state);
    expect((await ask('GET', WEBHOOKS)).text).toContain(
      '"lastNotificationResult":{"success":true,"completionTimestamp":"2026-06-01T09:30:01.973Z","durationMs":96.5,"retryNumber":0},',
    );
  });

  it('asks for more than a thousand states in several commands', async () => {
    const id = await create();
    const [webhook] = gateway.airtable.webhooks;
    if (webhook === undefined) throw new Error('nothing was created');
    for (let index = 1; index < 1_001; index++) gateway.airtable.webhooks.push({ ...webhook, id: `ach${index}` });
    gateway.airtable.states.set('ach1000', {
      webhookId: 'ach1000',
      cursorForNextPayload: 12,
      lastNotificationResult: null,
      lastSuccessfulNotificationTime: null,
    });
    const { webhooks } = JSON.parse((await ask('GET', WEBHOOKS)).text) as { webhooks: Record<string, unknown>[] };
    expect(webhooks).toHaveLength(1_001);
    expect(webhooks.at(0)).toMatchObject({ id, cursorForNextPayload: 1 });
    expect(webhooks.at(-1)).toMatchObject({ cursorForNextPayload: 12 });
    const asked = gateway.airtable.asked.filter(({ command }) => command === 'payloadListStates');
    expect(asked.map(({ request }) => (request as { webhookIds: string[] }).webhookIds.length)).toEqual([1_000, 1]);
  });

  it('is refused as the dispatcher refuses its part', async () => {
    await create();
    gateway.airtable.refusals.set('payloadListStates', { code: 'hidden', message: '' });
    expect((await ask('GET', WEBHOOKS)).status).toBe(403);
  });
});

describe('the list of payloads', () => {
  const NUMBERS = Array.from({ length: 53 }, (_, index) => `{"n" :${index + 1}.0}`);

  it('is put together from the payloads as they are stored, in the order of the contract', async () => {
    const id = await create();
    gateway.airtable.payloads.set(id, ['{"timestamp" : "x", "n":1.10}', '{"ä":"\\u00e4"}']);
    const { status, headers, text } = await ask('GET', `${WEBHOOKS}/${id}/payloads`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    expect(text).toBe(
      '{"payloads":[{"timestamp" : "x", "n":1.10},{"ä":"\\u00e4"}],"cursor":3,"mightHaveMore":false,"payloadFormat":"v0"}',
    );
  });

  it.each([
    ['', 1, 50, 51, true],
    ['/', 1, 50, 51, true],
    ['?cursor=4&limit=50', 4, 50, 54, false],
    ['/?cursor=4', 4, 50, 54, false],
    ['?limit=1', 1, 1, 2, true],
    ['?limit=50&cursor=54', 54, 0, 54, false],
    ['?cursor=1000', 1_000, 0, 1_000, false],
    ['?cursor=0&limit=2', 1, 2, 3, true],
    ['?cursor=-7', 1, 50, 51, true],
    ['?cursor=-99999999999999999999', 1, 50, 51, true],
    ['?cursor=9007199254740991', 9_007_199_254_740_991, 0, 9_007_199_254_740_991, false],
    ['?offset=x&Limit=0&cursor=53', 53, 1, 54, false],
  ])('with %s starts at %i and has %i', async (query, first, count, next, more) => {
    const id = await create();
    gateway.airtable.payloads.set(id, NUMBERS);
    const { status, text } = await ask('GET', `${WEBHOOKS}/${id}/payloads${query}`);
    const page = NUMBERS.slice(first - 1, first - 1 + count).join(',');
    expect(text).toBe(`{"payloads":[${page}],"cursor":${next},"mightHaveMore":${more},"payloadFormat":"v0"}`);
    expect(status).toBe(200);
  });

  const wrongLimits = [
    '51',
    '0',
    '-1',
    '1.5',
    'x',
    '',
    '1e1',
    '0x10',
    '%2B1',
    '%201',
    '5%00',
    '1&limit=2',
    '9'.repeat(400),
  ];
  const wrongCursors = ['x', '', '1.5', '1e3', 'NaN', 'Infinity', 'null', '%201', '1&cursor=2', '9007199254740992'];
  it.each([
    ...wrongLimits.map((limit) => [`limit=${limit}`, 'limit must be a whole number from 1 to 50']),
    ...wrongCursors.map((cursor) => [`cursor=${cursor}`, 'cursor must be a whole number, at most 9007199254740991']),
  ])('answers 422 to ?%s', async (query, pointer) => {
    const id = await create();
    const { status, text } = await ask('GET', `${WEBHOOKS}/${id}/payloads?${query}`);
    expect(JSON.parse(text)).toEqual(refusal('INVALID_REQUEST_UNKNOWN', `${INVALID} ${pointer}`));
    expect(status).toBe(422);
  });
});

describe('refreshing a webhook', () => {
  it.each([undefined, '', '{}', '[]', 'null', '{"a":[1]}'])('answers 200 to the body %s', async (body) => {
    const id = await create();
    const { status, text } = await ask('POST', `${WEBHOOKS}/${id}/refresh`, body);
    expect([status, text]).toEqual([200, `{"expirationTime":"${IN_A_WEEK}"}`]);
  });

  it('says null where a webhook never expires', async () => {
    const id = await create(CREATION, 'legacy');
    expect((await ask('POST', `${WEBHOOKS}/${id}/refresh/`)).text).toBe('{"expirationTime":null}');
  });

  it('answers 400 to a body that is no JSON', async () => {
    const { status, text } = await ask('POST', `${WEBHOOKS}/${await create()}/refresh`, '{');
    expect(JSON.parse(text)).toEqual(refusal('INVALID_REQUEST_BODY', expect.stringMatching(/^Could not parse/)));
    expect(status).toBe(400);
  });
});

describe('switching notifications', () => {
  it.each([true, false])('to %s answers 200 and an object without members', async (enable) => {
    const id = await create();
    const { status, headers, text } = await ask(
      'POST',
      `${WEBHOOKS}/${id}/enableNotifications`,
      `{"enable":${enable}}`,
    );
    expect([status, text]).toEqual([200, '{}']);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(gateway.airtable.lastOf('enableNotifications')).toEqual({
      credential: 'pat',
      baseId: BASE,
      webhookId: id,
      enable,
      from: '127.0.0.1',
    });
  });

  it.each([
    [undefined, 'the body is empty: a JSON object is required'],
    ['', 'the body is empty: a JSON object is required'],
    ['{}', 'enable is required and missing'],
    ['{"enable":null}', 'enable must be true or false'],
    ['{"enable":"true"}', 'enable must be true or false'],
    ['{"enable":1}', 'enable must be true or false'],
    ['{"enable":true,"x":1}', 'x is not known here: enable is'],
    ['true', 'the body must be a JSON object'],
  ])('by %s answers 422', async (body, pointer) => {
    const { status, text } = await ask('POST', `${WEBHOOKS}/${await create()}/enableNotifications`, body);
    expect(JSON.parse(text)).toEqual(refusal('INVALID_REQUEST_UNKNOWN', `${INVALID} ${pointer}`));
    expect(status).toBe(422);
  });
});

describe('deleting a webhook', () => {
  it.each([undefined, '', '{}'])('answers 200 and an object without members, whatever the body: %s', async (body) => {
    const id = await create();
    const { status, headers, text } = await ask('DELETE', `${WEBHOOKS}/${id}`, body);
    expect([status, text]).toEqual([200, '{}']);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(gateway.airtable.webhooks).toEqual([]);
    const again = await ask('DELETE', `${WEBHOOKS}/${id}`);
    expect([again.status, JSON.parse(again.text)]).toEqual([404, refusal('NOT_FOUND', expect.stringMatching(/./))]);
  });
});

describe('every endpoint', () => {
  const HIDDEN =
    'Invalid permissions, or the requested model was not found. Check that both your user and your token have the required permissions, and that the model names and/or ids are correct.';
  const WORDS: readonly [Refusal, status: number, type: string, message: string][] = [
    [{ code: 'unauthenticated', message: 'revoked' }, 401, 'AUTHENTICATION_REQUIRED', 'Authentication required'],
    [{ code: 'hidden', message: 'x' }, 403, 'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND', HIDDEN],
    [
      { code: 'forbidden', message: 'x' },
      403,
      'INVALID_PERMISSIONS',
      'You are not permitted to perform this operation',
    ],
    [{ code: 'not_found', message: 'it has expired' }, 404, 'NOT_FOUND', 'it has expired'],
    [
      { code: 'invalid', message: 'must be an id', field: 'specification.options' },
      422,
      'INVALID_REQUEST_UNKNOWN',
      `${INVALID} specification.options: must be an id`,
    ],
    [
      { code: 'invalid', message: 'notificationUrl must be a URL', field: 'notificationUrl' },
      422,
      'INVALID_REQUEST_UNKNOWN',
      `${INVALID} notificationUrl must be a URL`,
    ],
    [{ code: 'conflict', message: 'x' }, 422, 'INVALID_REQUEST_UNKNOWN', `${INVALID} x`],
    [{ code: 'too_many', message: '10 at most' }, 422, 'TOO_MANY_WEBHOOKS_IN_BASE', '10 at most'],
    [
      { code: 'too_many_of_integration', message: '2 at most' },
      422,
      'TOO_MANY_WEBHOOKS_BY_OAUTH_INTEGRATION_IN_BASE',
      '2 at most',
    ],
    [
      { code: 'rate_limited', message: 'x', retryAfterSeconds: 12.3 },
      429,
      'RATE_LIMIT_REACHED',
      'Rate limit exceeded. Please try again later',
    ],
  ];
  const COMMANDS = [
    'createBaseWebhook',
    'listBaseWebhooks',
    'listPayloads',
    'refreshBaseWebhook',
    'enableNotifications',
    'deleteBaseWebhook',
  ] as const;

  it.each(WORDS)('answers the refusal %j with %i %s', async (refused, status, type, message) => {
    const requests = endpoints(await create());
    for (const [index, command] of COMMANDS.entries()) {
      gateway.airtable.refusals.set(command, refused);
      const [method, path, body] = requests[index] ?? ['', ''];
      const answer = await ask(method, path, body);
      expect([answer.status, answer.text]).toEqual([status, JSON.stringify(refusal(type, message))]);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(answer.headers.get('retry-after')).toBe(refused.code === 'rate_limited' ? '13' : null);
      expect(answer.headers.get('www-authenticate')).toBe(refused.code === 'unauthenticated' ? 'Bearer' : null);
    }
  });

  it('has a client wait 30 s where the registry says nothing else', async () => {
    gateway.airtable.refusals.set('listBaseWebhooks', { code: 'rate_limited', message: '' });
    expect((await ask('GET', WEBHOOKS)).headers.get('retry-after')).toBe('30');
  });

  it.each(['', 'Basic bGl2ZTprZXk=', 'Bearer', 'Bearer nobody', 'nobody', 'Bearer a b'])(
    'answers 401 to the credential "%s"',
    async (authorization) => {
      for (const [method, path, body] of endpoints(await create())) {
        const { status, text, headers } = await ask(method, path, body, { authorization });
        expect([status, text]).toEqual([
          401,
          '{"error":{"type":"AUTHENTICATION_REQUIRED","message":"Authentication required"}}',
        ]);
        expect(headers.get('www-authenticate')).toBe('Bearer');
      }
    },
  );

  it.each(['pat', 'Bearer pat', 'bearer  pat'])('takes the credential as %s', async (authorization) => {
    for (const [method, path, body] of endpoints(await create())) {
      expect((await ask(method, path, body, { authorization })).status).toBe(200);
    }
  });

  it('takes an access token of thousands of characters', async () => {
    const token = `eyJ${'a'.repeat(6_000)}.b.c`;
    gateway.airtable.credentials.set(token, { expires: true });
    expect((await ask('GET', WEBHOOKS, undefined, { authorization: `Bearer ${token}` })).status).toBe(200);
  });

  it('tolerates a slash at the end and query parameters that mean nothing', async () => {
    for (const [method, path, body] of endpoints(await create())) {
      expect((await ask(method, `${path}/?unknown=1&unknown=2`, body)).status).toBe(200);
    }
  });

  it.each(['appXXXXXXXXXXXXXX', 'app', 'x', '%00', 'app%2F..%2Fapp', '..%2F', `${BASE}%00`, '%F0%9F%90%9F'])(
    'answers 403 to the base %s, asked of the registry by the name it was called',
    async (base) => {
      for (const [method, path, body] of endpoints('achA1b2C3d4E5f6G7')) {
        const { status, text } = await ask(method, path.replace(BASE, base), body);
        expect([status, JSON.parse(text)]).toEqual([403, refusal('INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND', HIDDEN)]);
        expect(gateway.airtable.asked.at(-1)?.request).toMatchObject({ baseId: decodeURIComponent(base) });
      }
    },
  );

  it.each(['achXXXXXXXXXXXXXX', 'x', '%00', 'a%2Fb', '..%2F..', '%F0%9F%90%9F'])(
    'answers 404 with type and message to the webhook %s',
    async (webhook) => {
      for (const [method, path, body] of endpoints(webhook).slice(2)) {
        const { status, text } = await ask(method, path, body);
        expect([status, JSON.parse(text)]).toEqual([404, refusal('NOT_FOUND', expect.stringMatching(/./))]);
      }
    },
  );

  it('tells a stranger that he is one before it tells him what is wrong with his request', async () => {
    const id = await create();
    const wrong: [string, string, string?][] = [
      ['POST', WEBHOOKS, '{"specification":'],
      ['POST', WEBHOOKS, '{}'],
      ['POST', WEBHOOKS],
      ['GET', `${WEBHOOKS}/${id}/payloads?limit=51`],
      ['GET', `${WEBHOOKS}/${id}/payloads?cursor=x`],
      ['POST', `${WEBHOOKS}/${id}/refresh`, '{'],
      ['POST', `${WEBHOOKS}/${id}/enableNotifications`],
    ];
    for (const [method, path, body] of wrong) {
      expect((await ask(method, path, body, { authorization: 'nobody' })).status).toBe(401);
      expect((await ask(method, path.replace(BASE, 'appXXXXXXXXXXXXXX'), body)).status).toBe(403);
      expect([400, 422]).toContain((await ask(method, path, body)).status);
    }
  });

  it.each([new ServiceUnavailable('away'), new Error('connection refused')])(
    'answers 503 when a part of the service is away: %s',
    async (error) => {
      const requests = endpoints(await create());
      gateway.airtable.before = async () => {
        throw error;
      };
      for (const [method, path, body] of requests) {
        const { status, headers, text } = await ask(method, path, body);
        expect([status, text]).toEqual([
          503,
          '{"error":{"type":"RETRIABLE_ERROR","message":"Server encountered an error while processing your request, and it is safe to retry the request"}}',
        ]);
        expect(headers.get('retry-after')).toBe('1');
      }
      expect(gateway.airtable.lastOf('visibleWebhooks')).toBeUndefined();
    },
  );

  it('answers 503 when only the dispatcher is away, and creates all the same', async () => {
    const requests = endpoints(await create());
    gateway.airtable.before = async (command) => {
      if (command === 'listPayloads' || command === 'payloadListStates') throw new ServiceUnavailable('away');
    };
    const statuses = [];
    for (const [method, path, body] of requests) statuses.push((await ask(method, path, body)).status);
    expect(statuses).toEqual([200, 503, 503, 200, 200, 200]);
  });
});

describe('what a subscriber was answered', () => {
  it.each([0, 4, 5])('counts for the events published after it', async (index) => {
    const [method, path, body] = endpoints(await create())[index] ?? ['', ''];
    await ask(method, path, body);
    const { revision } = gateway.airtable;
    gateway.registry.before = async (command) => {
      if (command === 'revision') throw new Error('away');
    };
    const published = await gateway.ask('/v1/events', {
      method: 'POST',
      headers: { authorization: 'live-key', 'content-type': 'application/cloudevents+json' },
      body: '{"specversion":"1.0","id":"1","source":"/s","type":"anything","data":{}}',
    });
    expect(published.status).toBe(202);
    expect(JSON.stringify(gateway.stream.records[0]?.headers)).toContain(String(revision));
  });
});

describe('everything else below /v0', () => {
  it.each([
    ['GET', '/v0'],
    ['GET', '/v0/'],
    ['GET', '/v0/meta/bases'],
    ['GET', '/v0/bases'],
    ['GET', `/v0/bases/${BASE}`],
    ['GET', `/v0/bases/${BASE}/webhook`],
    ['GET', `/v0/${BASE}/tblQ1w2E3r4T5y6U7`],
    ['PUT', WEBHOOKS],
    ['PATCH', WEBHOOKS],
    ['DELETE', WEBHOOKS],
    ['OPTIONS', WEBHOOKS],
    ['GET', `${WEBHOOKS}/achA1b2C3d4E5f6G7`],
    ['PATCH', `${WEBHOOKS}/achA1b2C3d4E5f6G7`],
    ['POST', `${WEBHOOKS}/achA1b2C3d4E5f6G7`],
    ['POST', `${WEBHOOKS}/achA1b2C3d4E5f6G7/payloads`],
    ['GET', `${WEBHOOKS}/achA1b2C3d4E5f6G7/refresh`],
    ['GET', `${WEBHOOKS}/achA1b2C3d4E5f6G7/enableNotifications`],
    ['PUT', `${WEBHOOKS}/achA1b2C3d4E5f6G7/enableNotifications`],
    ['GET', `${WEBHOOKS}//payloads`],
    ['GET', `${WEBHOOKS}/${'x'.repeat(3_000)}/payloads`],
  ])('answers %s %s with 404 in the bare envelope, with a credential and without', async (method, path) => {
    for (const authorization of ['Bearer pat', '']) {
      const { status, headers, text } = await ask(method, path, undefined, { authorization });
      expect([status, text]).toEqual([404, '{"error":"NOT_FOUND"}']);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(headers.get('allow')).toBeNull();
    }
    expect(gateway.airtable.asked).toEqual([]);
  });

  it('leaves the paths next to it to their own faces', async () => {
    expect((await ask('GET', '/v0x')).headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect((await ask('PUT', '/v1/webhooks')).status).toBe(405);
  });
});
