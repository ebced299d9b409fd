import { readEventHeaders } from '@sluice/contracts/event-record';
import { accepted } from '@sluice/contracts/result';
import { RecordRefused, StreamUnavailable } from '@sluice/event-stream/event-stream';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeEach(async () => {
  gateway = await gatewayUnderTest();
});
afterEach(() => gateway.stop());

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';
const FOLLOW = { id: 'f1', followerProfileId: '3761' };

const event = (overrides: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id: 'e1',
  source: '/tests',
  type: 'follow.created',
  data: FOLLOW,
  ...overrides,
});

const deep = (levels: number) =>
  `{"specversion":"1.0","id":"1","source":"s","type":"anything","data":${'['.repeat(levels)}${']'.repeat(levels)}}`;

/** Every member that some answer has; each test looks at those it is about. */
interface PublishBody {
  status: number;
  title: string;
  detail: string;
  errors: { path: string; message: string }[];
  known_types: string[];
  source: string;
  id: string;
  accepted_at: string;
  accepted: number;
  refused: number;
  results: { index: number; accepted: boolean; status?: number }[];
}

async function publish(body: unknown, headers: Record<string, string> = {}, credential = 'live-key') {
  const response = await gateway.ask('/v1/events', {
    method: 'POST',
    headers: { authorization: `Bearer ${credential}`, 'content-type': STRUCTURED, ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as PublishBody };
}

const publishBatch = (events: unknown[]) => publish(events, { 'content-type': BATCH });

/** The published records as events. */
const published = () =>
  gateway.stream.records.map(({ key, headers, value }) => {
    const read = readEventHeaders(headers);
    if (!read.ok) throw new Error(read.reason);
    return { ...read, key: Buffer.from(key ?? []).toString(), data: Buffer.from(value ?? []).toString() };
  });

describe('a single event', () => {
  it('is answered with 202, source, id and the time of acceptance, and stamped', async () => {
    gateway.registry.currentRevision = 42;
    const { status, body } = await publish(
      event({ subject: 's1', time: '2024-05-17T09:30:00.5+02:00', traceparent: '00-1' }),
    );
    expect(status).toBe(202);
    expect(body).toEqual({ source: '/tests', id: 'e1', accepted_at: expect.any(String) });
    expect(published()).toEqual([
      {
        ok: true,
        key: 'acc1/s1',
        attributes: {
          id: 'e1',
          source: '/tests',
          type: 'follow.created',
          subject: 's1',
          time: '2024-05-17T09:30:00.5+02:00',
          datacontenttype: 'application/json',
          extensions: { traceparent: '00-1' },
        },
        stamp: { accountId: 'acc1', audience: { to: 'own' }, revision: 42, exact: true, acceptedAt: body.accepted_at },
        data: JSON.stringify(FOLLOW),
      },
    ]);
  });

  it('leaves one line in the log, without the key and the data', async () => {
    await publish(event());
    const lines = gateway.lines.filter(({ msg }) => msg === 'events.taken');
    expect(lines).toEqual([
      expect.objectContaining({ accountId: 'acc1', mode: 'structured', accepted: 1, refused: 0 }),
    ]);
    expect(JSON.stringify(gateway.lines)).not.toMatch(/live-key|3761/);
  });

  it('is answered only after the stream has it', async () => {
    let store = () => {};
    gateway.stream.before = () => new Promise((resolve) => (store = resolve));
    let answered = false;
    const answer = publish(event()).then((result) => {
      answered = true;
      return result;
    });
    await expect.poll(() => gateway.registry.asked).toContain('catalogue');
    await gateway.ask('/livez');
    expect(answered).toBe(false);
    store();
    expect((await answer).status).toBe(202);
  });

  it('may come without time, and with boolean and integer extensions', async () => {
    expect((await publish(event({ flag: true, count: -7, nothing: null }))).status).toBe(202);
    expect(published()[0]?.attributes.extensions).toEqual({ flag: 'true', count: '-7' });
  });

  it('has extensions in the canonical string form of their JSON', async () => {
    const body = JSON.stringify(event({ yes: true, no: false, zero: -7 })).replace('-7', '-0');
    expect((await publish(body)).status).toBe(202);
    expect(published()[0]?.attributes.extensions).toEqual({ yes: 'true', no: 'false', zero: '0' });
  });

  it.each(['id', 'source', 'type', 'subject', 'time', 'dataschema', 'datacontenttype', 'specversion'])(
    'has no %s that is not a string',
    async (name) => {
      for (const value of [5, true, {}, []]) {
        const { status, body } = await publish(event({ [name]: value }));
        expect(body).toMatchObject({ detail: `${name}: must be a string` });
        expect([status, body.errors]).toEqual([400, [{ path: name, message: 'must be a string' }]]);
      }
    },
  );

  it.each(['5.0', '5e0', '1e2', '2147483648', '1152921504606846977'])('has no extension %s', async (literal) => {
    const { status, body } = await publish(
      JSON.stringify(event({ extra: 7 })).replace('"extra":7', `"extra":${literal}`),
    );
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ path: 'extra', message: 'must be a string, a boolean or a 32-bit integer' }]);
  });

  it.each([
    ['no id', { id: undefined }, ['id']],
    [
      'no source, no type, no version',
      { source: undefined, type: undefined, specversion: undefined },
      ['specversion', 'source', 'type'],
    ],
    ['an empty id', { id: '' }, ['id']],
    ['another version', { specversion: '0.3' }, ['specversion']],
    ['a source that is no URI', { source: 'a b' }, ['source']],
    ['a relative dataschema', { dataschema: '/x' }, ['dataschema']],
    ['a day that does not exist', { time: '2023-02-29T00:00:00Z' }, ['time']],
    ['a date without time', { time: '2024-05-17' }, ['time']],
    ['a control character', { subject: 'a\u0000b' }, ['subject']],
    ['a lone surrogate', { subject: '\ud800' }, ['subject']],
    ['an attribute that is an object', { extra: {} }, ['extra']],
    ['an attribute that is a large number', { extra: 2 ** 31 }, ['extra']],
    ['a name with capitals', { Extra: 'x' }, ['Extra']],
    ['a name of ours', { sluiceaccount: 'x' }, ['sluiceaccount']],
    ['a type of ours', { type: 'webhook.disabled' }, ['type']],
    ['data twice', { data_base64: 'e30=' }, ['data_base64']],
    ['base64 that is none', { data: undefined, data_base64: 'e30' }, ['data_base64']],
    ['base64 of broken JSON', { data: undefined, data_base64: 'ew==', datacontenttype: 'application/json' }, ['data']],
    ['base64 that does not say it is JSON', { data: undefined, data_base64: 'e30=' }, ['datacontenttype']],
    ['a long value', { subject: 'x'.repeat(2_049) }, ['subject']],
    ['too much in all', Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`x${i}`, 'x'.repeat(2_000)])), ['']],
    ['an object as data of another type', { datacontenttype: 'text/plain', type: 'anything' }, ['data']],
  ])('is refused with 400 for %s, by path', async (_what, overrides, paths) => {
    const { status, body, headers } = await publish(event(overrides));
    expect(body).toMatchObject({ status: 400, title: 'Bad Request', detail: expect.any(String) });
    expect(body.errors.map(({ path }) => path)).toEqual(paths);
    expect(status).toBe(400);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(gateway.stream.records).toEqual([]);
  });

  it('is refused with 400 where its data breaks the schema, with an entry for each path', async () => {
    const { status, body } = await publish(event({ data: { followerProfileId: 7, blockNumber: 1.5 } }));
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { path: 'data.id', message: 'is required and missing' },
      { path: 'data.followerProfileId', message: 'must be string' },
      { path: 'data.blockNumber', message: 'must be integer' },
    ]);
  });

  it('is refused when its type has a schema and it brings no data, or none in JSON', async () => {
    expect((await publish(event({ data: undefined }))).body.errors[0]?.path).toBe('data');
    const text = await publish(event({ datacontenttype: 'text/plain', data: 'x' }));
    expect(text.body.errors[0]?.path).toBe('datacontenttype');
  });

  it('is refused with 422 when its type is unknown, listing the known ones', async () => {
    const { status, body } = await publish(event({ type: 'follow.creatd' }));
    expect(status).toBe(422);
    expect(body.known_types).toEqual(['anything', 'follow.created']);
    expect(body.detail).toContain('follow.created');
  });

  it('knows a type from the moment it was registered', async () => {
    expect((await publish(event({ type: 'new.type' }))).status).toBe(422);
    gateway.registry.add('admin-key', { kind: 'admin' });
    const put = await gateway.ask('/v1/event-types/new.type', {
      method: 'PUT',
      headers: { authorization: 'Bearer admin-key', 'content-type': 'application/json' },
      body: '{"schema":{"type":"object"}}',
    });
    expect(put.status).toBe(200);
    expect((await publish(event({ type: 'new.type' }))).status).toBe(202);
    expect((await publish(event({ type: 'new.type', data: 1 }))).status).toBe(400);
  });

  it.each([
    ['broken JSON', '{"id":', 'the body is not valid JSON: the text ends where a value should stand'],
    ['two documents', '{} {}', 'the body is not valid JSON: trailing bytes after the value'],
    ['a list', ' []', 'the body must be a JSON object'],
    ['null', 'null', 'the body must be a JSON object'],
    ['a list that is broken', '[1', 'the body is not valid JSON: the text ends where "," or "]" should stand'],
    ['nothing', '', 'the body is empty: a JSON object is required'],
    ['duplicate members', '{"id":"a","id":"b"}', 'the body is not valid JSON: duplicate member "id"'],
    ['deep nesting', deep(101), 'the data of an event nests deeper than 100 levels of arrays and objects'],
  ])('is refused with 400 for %s', async (_what, body, detail) => {
    expect(await publish(body)).toMatchObject({ status: 400, body: { status: 400, detail } });
  });

  it('may nest its data as deep as the limit says', async () => {
    expect((await publish(deep(100))).status).toBe(202);
  });

  it('is refused with 413 beyond 1 MiB, and taken at it', async () => {
    const envelope = JSON.stringify(event({ type: 'anything', data: '' }));
    const room = 1024 * 1024 - envelope.length;
    expect((await publish(event({ type: 'anything', data: 'x'.repeat(room) }))).status).toBe(202);
    expect((await publish(event({ type: 'anything', data: 'x'.repeat(room + 1) }))).status).toBe(413);
    expect((await publish(new Uint8Array(30 * 1024 * 1024))).status).toBe(413);
  });

  it.each(['application/json', 'application/cloudevents+avro', 'application/cloudevents+json; charset=latin1'])(
    'is refused with 415 as %s',
    async (type) => {
      expect(await publish(event(), { 'content-type': type })).toMatchObject({ status: 415, body: { status: 415 } });
    },
  );

  it('is refused with 503 and Retry-After when the stream is away', async () => {
    gateway.stream.before = async () => {
      throw new StreamUnavailable('away', 7);
    };
    const { status, headers, body } = await publish(event());
    expect(status).toBe(503);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body.status).toBe(503);
  }, 15_000);
});

describe('the bytes of the data', () => {
  const odd = '{ "n": 1152921504606846976,\t"x" : 1.10e-7,"s":"漢字 \\u00e9 ö",\r\n "__proto__":[ ] }';

  it('reach the stream unchanged in structured mode', async () => {
    const body = `{"specversion":"1.0", "data" :${odd} ,"id":"1","source":"s","type":"anything"}`;
    expect((await publish(body)).status).toBe(202);
    expect(published()[0]?.data).toBe(odd);
  });

  it('reach the stream unchanged in batch mode', async () => {
    const one = (id: number) => `{"specversion":"1.0","data":${odd},"id":"${id}","source":"s","type":"anything"}`;
    expect((await publish(`[\n${one(1)} , ${one(2)}]`, { 'content-type': BATCH })).status).toBe(202);
    expect(published().map(({ data }) => data)).toEqual([odd, odd]);
  });

  it('reach the stream unchanged in binary mode', async () => {
    const headers = { 'content-type': 'application/json', 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': 's' };
    expect((await publish(odd, { ...headers, 'ce-type': 'anything' })).status).toBe(202);
    expect(published()[0]?.data).toBe(odd);
  });

  it('are what data_base64 decodes to', async () => {
    const bytes = Buffer.from([0, 255, 254, 10]);
    const fields = {
      type: 'anything',
      data: undefined,
      data_base64: bytes.toString('base64'),
      datacontenttype: 'image/x',
    };
    expect((await publish(event(fields))).status).toBe(202);
    expect(gateway.stream.records[0]?.value).toEqual(bytes);
  });

  it('are a string for a type that is not JSON', async () => {
    expect((await publish(event({ type: 'anything', datacontenttype: 'text/xml', data: '<ä/>' }))).status).toBe(202);
    expect(published()[0]?.data).toBe('<ä/>');
  });
});

describe('binary mode', () => {
  const binary = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/s', 'ce-type': 'anything' };

  it('undoes percent-encoding once, quotes, and takes raw UTF-8', async () => {
    const headers = { ...binary, 'ce-subject': 'Z%C3%BCrich %2541', 'ce-quoted': '"a \\"b\\""' };
    expect((await publish('x', { ...headers, 'content-type': 'text/plain' })).status).toBe(202);
    expect(published()[0]?.attributes).toMatchObject({
      subject: 'Zürich %41',
      datacontenttype: 'text/plain',
      extensions: { quoted: 'a "b"' },
    });
  });

  it('takes any bytes for a type without schema, and none at all', async () => {
    const bytes = new Uint8Array([0xff, 0, 0x80]);
    expect((await publish(bytes, { ...binary, 'content-type': 'application/octet-stream' })).status).toBe(202);
    expect(gateway.stream.records[0]?.value).toEqual(Buffer.from(bytes));
    expect((await publish('', { ...binary, 'content-type': 'application/json' })).status).toBe(202);
  });

  it('counts data as JSON that does not say what it is', async () => {
    const { request } = await import('node:http');
    const send = (body: string) =>
      new Promise((resolve, reject) => {
        const headers = { ...binary, 'ce-type': 'follow.created', authorization: 'live-key' };
        request(`${gateway.baseUrl}/v1/events`, { method: 'POST', headers })
          .on('response', (response) => resolve(response.statusCode))
          .on('error', reject)
          .end(body);
      });
    expect([await send(JSON.stringify(FOLLOW)), await send('{'), await send('')]).toEqual([202, 400, 400]);
    expect(published()[0]?.attributes.datacontenttype).toBe('application/json');
  });

  it.each([
    ['a percent sign that encodes nothing', { 'ce-subject': '100%' }, '{}', 'subject'],
    ['bytes that are no UTF-8', { 'ce-subject': '%ff' }, '{}', 'subject'],
    ['a name with a dash', { 'ce-trace-id': 'x' }, '{}', 'trace-id'],
    ['data that is no JSON but says so', {}, '{', 'data'],
    ['data with duplicate members', {}, '{"a":1,"a":2}', 'data'],
  ])('is refused for %s', async (_what, headers, body, path) => {
    const answer = await publish(body, { ...binary, 'content-type': 'application/json', ...headers });
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]?.path).toBe(path);
  });

  it('is refused for an attribute without a name, in words that need none', async () => {
    const answer = await publish('{}', { ...binary, 'content-type': 'application/json', 'ce-': 'x' });
    expect(answer).toMatchObject({ status: 400, body: { detail: 'an attribute has an empty name' } });
  });

  it('is refused for an attribute that comes twice', async () => {
    const headers = new Headers({ ...binary, authorization: 'live-key', 'content-type': 'application/json' });
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      const raw = [...headers].flat();
      const sent = request(`${gateway.baseUrl}/v1/events`, {
        method: 'POST',
        headers: [...raw, 'CE-Id', '2', 'host', 'x'],
      });
      sent.on('response', (response) => resolve(response.statusCode)).on('error', reject);
      sent.end('{}');
    });
    expect(status).toBe(400);
  });
});

describe('a batch', () => {
  it('is answered with 202 and a result for each event', async () => {
    const { status, body } = await publishBatch([event(), event({ id: 'e2' })]);
    expect(status).toBe(202);
    expect(body).toMatchObject({ accepted: 2, refused: 0 });
    expect(body.results).toEqual([
      { index: 0, accepted: true, source: '/tests', id: 'e1', accepted_at: expect.any(String) },
      { index: 1, accepted: true, source: '/tests', id: 'e2', accepted_at: expect.any(String) },
    ]);
    expect(published().map(({ attributes }) => attributes.id)).toEqual(['e1', 'e2']);
  });

  it('is answered with 207 when some are refused, and the others are published', async () => {
    const { status, body } = await publishBatch([event({ id: undefined }), event(), event({ type: 'no' }), 7]);
    expect(status).toBe(207);
    expect(body).toMatchObject({ accepted: 1, refused: 3, known_types: ['anything', 'follow.created'] });
    expect(body.results.map((result) => result.status)).toEqual([400, undefined, 422, 400]);
    expect(body.results[0]).toMatchObject({ index: 0, source: '/tests', errors: [{ path: 'id' }] });
    expect(published()).toHaveLength(1);
  });

  it('is refused with 422 when all types are unknown, else with 400, when none is accepted', async () => {
    expect((await publishBatch([event({ type: 'no' }), event({ type: 'no' })])).status).toBe(422);
    const mixed = await publishBatch([event({ type: 'no' }), event({ id: '' })]);
    expect(mixed).toMatchObject({ status: 400, body: { status: 400, refused: 2 } });
    expect(mixed.body.results).toHaveLength(2);
    expect(mixed.body.errors.map(({ path }) => path)).toEqual(['0', '1']);
  });

  it('may be empty', async () => {
    expect(await publishBatch([])).toMatchObject({ status: 202, body: { accepted: 0, results: [] } });
  });

  it('is refused as a whole when it is no JSON array', async () => {
    expect((await publish('[{},', { 'content-type': BATCH })).status).toBe(400);
    for (const [body, detail] of [
      ['{}', 'the body must be a JSON array'],
      ['', 'the body is empty: a JSON array is required'],
      [`[${deep(101)}]`, 'the data of an event nests deeper than 100 levels of arrays and objects'],
    ] as const) {
      expect(await publish(body, { 'content-type': BATCH })).toMatchObject({ status: 400, body: { detail } });
    }
  });

  it('is limited to 5 MiB and 10,000 events, and each of its events to 1 MiB', async () => {
    const large = (size: number) => event({ type: 'anything', data: 'x'.repeat(size) });
    const { status, body } = await publishBatch([large(1024 * 1024), large(1024 * 512), large(1024 * 512)]);
    expect(status).toBe(207);
    expect(body.results[0]?.status).toBe(413);
    expect((await publishBatch(Array.from({ length: 6 }, () => large(900_000)))).status).toBe(413);
    expect((await publishBatch(Array.from({ length: 10_001 }, () => 1))).status).toBe(413);
  });

  it('loses only the event that the log refuses for good', async () => {
    gateway.stream.before = async (records) => {
      if (records.some(({ headers }) => headers.ce_id === 'bad')) throw new RecordRefused('too large for the log');
    };
    const { status, body } = await publishBatch([event(), event({ id: 'bad' }), event({ id: 'e3' })]);
    expect(status).toBe(207);
    expect(body.results.map((result) => result.accepted)).toEqual([true, false, true]);
    expect(published().map(({ attributes }) => attributes.id)).toEqual(['e1', 'e3']);
  });
});

describe('the audience', () => {
  beforeEach(() => {
    gateway.registry.add('any-key', { audience: 'any' });
  });

  it.each([
    ['own', { to: 'own' }],
    ['all', { to: 'all' }],
    ['account/acc7', { to: 'account', accountId: 'acc7' }],
  ])('is %s by the header of a key with the right', async (header, audience) => {
    expect((await publish(event(), { 'Sluice-Audience': header }, 'any-key')).status).toBe(202);
    expect(published()[0]?.stamp.audience).toEqual(audience);
  });

  it('is refused with 422 when there is no such account, which is asked for once', async () => {
    const unknown = await publish(event(), { 'Sluice-Audience': 'account/acc9' }, 'any-key');
    expect(unknown).toMatchObject({
      status: 422,
      body: { detail: 'there is no account acc9', errors: [{ path: 'Sluice-Audience' }] },
    });
    expect(gateway.stream.records).toEqual([]);
    const asked = () => gateway.registry.asked.filter((command) => command === 'accountExists').length;
    expect(asked()).toBe(1);
    for (const id of ['a', 'b']) await publish(event({ id }), { 'Sluice-Audience': 'account/acc7' }, 'any-key');
    expect(asked()).toBe(2);
    expect(published()).toHaveLength(2);
  });

  it('is refused with 403 without the right, and with 400 when it is none', async () => {
    expect((await publish(event(), { 'Sluice-Audience': 'all' })).status).toBe(403);
    expect((await publish(event(), { 'Sluice-Audience': 'account/acc2' })).status).toBe(403);
    expect((await publish(event(), { 'Sluice-Audience': 'account/acc1' })).status).toBe(202);
    expect((await publish(event(), { 'Sluice-Audience': 'everybody' }, 'any-key')).status).toBe(400);
  });
});

describe('when the registry is away', () => {
  const away = async () => {
    throw new ServiceUnavailable('away');
  };

  it('publishing goes on for the 5 s that a key is remembered, then answers 503', async () => {
    expect((await publish(event())).status).toBe(202);
    gateway.registry.before = away;
    expect((await publish(event())).status).toBe(202);
    expect(published()[1]?.stamp.revision).toBe(1);
    gateway.clock.advance(5_001);
    const { status, headers, body } = await publish(event());
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body.status).toBe(503);
    gateway.registry.before = async () => {};
    expect((await publish(event())).status).toBe(202);
  });
});

const TRAIL = {
  source: '/tests',
  id: 'e1',
  type: 'follow.created',
  acceptedAt: '2024-05-17T09:30:00Z',
  partition: 1,
  position: '7',
  matched: 1,
  deliveries: [],
  payloads: [],
  unmatched: [],
  unmatchedMore: false,
  complete: true,
};

const ATTEMPT = { number: 1, at: 't', status: null, latencyMs: 3, responseHeaders: null, responseExcerpt: '' };

describe('the trail', () => {
  const trail = (query: string) => gateway.ask(`/v1/events?${query}`, { headers: { authorization: 'live-key' } });

  it('is 404 with a reason for an unknown event, 400 without source and id', async () => {
    const unknown = await trail('source=/tests&id=e1');
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ detail: 'no such event' });
    for (const query of ['', 'source=a', 'id=', 'source=&id=b', 'source=a&source=b&id=c']) {
      expect((await trail(query)).status).toBe(400);
    }
  });

  it('is waited for while the event, which was just accepted, is being matched', async () => {
    let asked = 0;
    const found = gateway.dispatcher.eventTrail;
    gateway.dispatcher.eventTrail = async (request) => {
      asked += 1;
      return asked < 4 ? found(request) : accepted(TRAIL);
    };
    const answer = await trail('source=/tests&id=e1');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ source: '/tests', id: 'e1', matched: 1 });
  });

  it('has the names of the public API', async () => {
    gateway.dispatcher.eventTrail = async () =>
      accepted({
        ...TRAIL,
        deliveries: [
          {
            id: 'msg_1',
            webhookId: 'w1',
            state: 'pending',
            attempts: [
              { ...ATTEMPT, error: 'timeout', latencyMs: 98.17213899991475 },
              { ...ATTEMPT, error: 'tls: ERR_SSL_WRONG_VERSION_NUMBER' },
              { ...ATTEMPT, error: 'tls: ERR_SSL_SOMETHING' },
              { ...ATTEMPT, error: 'tls: CERT_HAS_EXPIRED' },
              { ...ATTEMPT, error: 'dns: ENOTFOUND' },
              { ...ATTEMPT, error: 'network error: HTTPParserError' },
            ],
            nextAttemptAt: 't2',
          },
        ],
        payloads: [{ webhookId: 'w3', numbers: [4, 5] }],
        unmatched: [{ webhookId: 'w2', reason: 'because' }],
      }) as never;
    expect(await (await trail('source=/tests&id=e1')).json()).toMatchObject({
      accepted_at: '2024-05-17T09:30:00Z',
      deliveries: [
        {
          webhook_id: 'w1',
          next_attempt_at: 't2',
          attempts: [
            { latency_ms: 98.2, response_excerpt: '', error: 'timeout' },
            { latency_ms: 3, error: 'the endpoint does not speak TLS at this port (ERR_SSL_WRONG_VERSION_NUMBER)' },
            { error: 'the TLS handshake failed (ERR_SSL_SOMETHING)' },
            { error: "the endpoint's certificate has expired (CERT_HAS_EXPIRED)" },
            { error: 'the host name is not known to DNS (ENOTFOUND)' },
            { error: 'the answer is not HTTP (HTTPParserError)' },
          ],
        },
      ],
      payloads: [{ webhook_id: 'w3', numbers: [4, 5] }],
      unmatched: [{ webhook_id: 'w2', reason: 'because' }],
    });
  });
});
