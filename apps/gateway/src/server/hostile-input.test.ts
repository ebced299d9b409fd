import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest({}, (fastify) => {
    fastify.get('/dev/inbox', async () => ({ arrivals: [] }));
  });
  gateway.registry.add('admin-key', { kind: 'admin', operator: true });
});
afterAll(() => gateway.stop());

const FACES: readonly { owns: RegExp; body: RegExp; type: RegExp }[] = [
  { owns: /^\/api(\/|$)/, body: /"status":(true|false),/, type: /^application\/json/ },
  { owns: /^\/portal(\/|$)/, body: /^<!doctype html>/, type: /^text\/html/ },
  { owns: /^\//, body: /^\{.*\}$/s, type: /^application\/(problem\+)?json/ },
];

function expectOwnWords(path: string, type: string | null, body: string): void {
  const face = FACES.find(({ owns }) => owns.test(path));
  expect(type).toMatch(face?.type ?? /never/);
  expect(body).toMatch(face?.body ?? /never/);
  expect(body).not.toMatch(/FST_|node_modules|statusCode|\bat .*\.js/);
}

const ROUTES: readonly [method: string, path: string][] = [
  ['POST', '/api/v1/webhooks'],
  ['DELETE', '/api/v1/webhooks/01ARZ3NDEKTSV4RRFFQ69G5FAV'],
  ['POST', '/api/v1/filters/test'],
  ['POST', '/v1/events'],
  ['PUT', '/v1/event-types/some.type'],
  ['POST', '/v1/accounts'],
  ['POST', '/v1/keys'],
  ['DELETE', '/v1/keys/key9'],
  ['POST', '/nothing'],
];

const TYPES = [
  'application/json',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'text/plain',
  'application/json; charset=utf-16',
  ';;;',
];

/** Bodies that are almost right: a few bytes of a good one changed, dropped or doubled. */
const GOOD = [
  '{"endpoint":"https://e.com","filter_config":{"event_type":"follow.created","filter":{"a":{"$gt":1}},"payload":{"a":2}}}',
  '{"event_type":"follow.created","filter":{"$or":[{"a":1},{"b.c":{"$in":[1,"x"]}}]},"payload":{"a":1}}',
  '{"specversion":"1.0","id":"1","source":"/s","type":"follow.created","time":"2024-05-17T09:30:00Z","data":{"id":"1"}}',
  '[{"specversion":"1.0","id":"1","source":"/s","type":"anything","data_base64":"AAEC"},{}]',
  '{"name":"a","kind":"live","audience":"any","description":"","schema":{"$ref":"#/$defs/a","$defs":{"a":{"type":"object"}}}}',
];
const mutated = fc
  .tuple(
    fc.constantFrom(...GOOD),
    fc.array(fc.tuple(fc.nat(200), fc.nat(3), fc.uint8Array({ maxLength: 4 })), { maxLength: 4 }),
  )
  .map(([text, changes]) => {
    let bytes = Buffer.from(text);
    for (const [at, dropped, put] of changes) {
      bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + dropped)]);
    }
    return new Uint8Array(bytes);
  });
const bodies = fc.oneof(
  mutated,
  fc.uint8Array({ maxLength: 64 }),
  fc.json().map((text) => new Uint8Array(Buffer.from(text))),
);

it('never answers 5xx, and always in the words of the face, whatever the body', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ROUTES),
      fc.constantFrom(...TYPES),
      bodies,
      async ([method, path], type, body) => {
        const headers = { authorization: 'Bearer admin-key', 'content-type': type, 'ce-id': '1', 'ce-source': '/s' };
        const response = await gateway.ask(path, { method, headers, body, signal: AbortSignal.timeout(5_000) });
        expect(response.status).toBeLessThan(500);
        expectOwnWords(path, response.headers.get('content-type'), await response.text());
      },
    ),
    { numRuns: 1_500 },
  );
}, 60_000);

it('never answers 5xx to any header values and paths', async () => {
  const text = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/', '/api/', '/v1/', '/v1/events?', '/portal?', '/api/v1/webhooks/'),
      text,
      text,
      async (start, rest, value) => {
        const path = start + rest.replace(/[#\\]/g, '');
        const headers = {
          authorization: value,
          'content-type': value,
          'ce-subject': value,
          'sluice-audience': value,
          cookie: `sluice_portal=${value}`,
        };
        const response = await gateway.ask(path, { headers, signal: AbortSignal.timeout(5_000) });
        expect(response.status).toBeLessThan(500);
        await response.arrayBuffer();
      },
    ),
    { numRuns: 500 },
  );
}, 60_000);

/** Sends bytes as they are and answers all that came back before the other side closed. */
const speak = (text: string) =>
  new Promise<string>((resolve) => {
    const socket = connect(gateway.port, '127.0.0.1', () => socket.write(text));
    let heard = '';
    socket.on('data', (part) => (heard += part.toString()));
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
  });

describe('below HTTP', () => {
  it.each([
    ['oversized headers', `GET /api/v1/webhooks HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431, '/api/'],
    ['oversized headers', `GET /v1/events HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431, '/v1/'],
    ['a request line that is none', 'NONSENSE\r\n\r\n', 400, '/'],
    [
      'two lengths',
      'POST /api/v1/webhooks HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx',
      400,
      '/api/',
    ],
    ['no host', 'POST /api/v1/webhooks HTTP/1.1\r\nconnection: close\r\n\r\n', 400, '/api/'],
    ['no host', 'GET /v1/nothing HTTP/1.1\r\nconnection: close\r\n\r\n', 400, '/v1/'],
    ['two hosts', 'GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n', 400, '/'],
    ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nhost: example.com\r\n\r\n', 501, '/'],
    ['an expectation', 'GET / HTTP/1.1\r\nhost: a\r\nexpect: x\r\nconnection: close\r\n\r\n', 417, '/'],
  ])('answers %s in the words of the face', async (_what, text, status, path) => {
    const [head = '', body = ''] = (await speak(text)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expectOwnWords(path, /content-type: (.*)/i.exec(head)?.[1] ?? null, body);
  });

  it('does without a host in HTTP/1.0, which has none', async () => {
    expect(await speak('GET /livez HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('survives a client that goes away in the middle of its body', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(
      'POST /v1/events HTTP/1.1\r\nhost: a\r\nauthorization: live-key\r\ncontent-length: 100\r\n\r\nabc',
      () => socket.destroy(),
    );
    await new Promise((resolve) => socket.on('close', resolve));
    expect((await gateway.ask('/livez')).status).toBe(200);
  });

  it('lets a client that sends everything before it reads see that its body is too large', async () => {
    const size = 20 * 1024 * 1024;
    const heard = await new Promise<string>((resolve, reject) => {
      const socket = connect(gateway.port, '127.0.0.1').on('error', reject).pause();
      const head = `POST /v1/events HTTP/1.1\r\nhost: a\r\nauthorization: live-key\r\ncontent-length: ${size}\r\n\r\n`;
      socket.write(head);
      socket.write(Buffer.alloc(size, 0x20), () => {
        socket.resume().on('data', (part) => {
          resolve(part.toString());
          socket.destroy();
        });
      });
    });
    expect(heard).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('answers a body that is too large although its length was not said', async () => {
    const chunk = new Uint8Array(64 * 1024).fill(0x20);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1;
        if (sent > 200) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const init = {
      method: 'POST',
      headers: { authorization: 'live-key', 'content-type': 'application/json' },
      body,
      duplex: 'half',
    };
    expect((await gateway.ask('/api/v1/webhooks', init as RequestInit)).status).toBe(413);
  });
});

describe('the rest of the port', () => {
  it('serves what was added to it, signposts the root, and is ready when its parts are', async () => {
    expect(await (await gateway.ask('/dev/inbox')).json()).toEqual({ arrivals: [] });
    expect(await (await gateway.ask('/')).json()).toMatchObject({ name: 'Sluice' });
    expect((await gateway.ask('/readyz')).status).toBe(200);
    gateway.stream.before = async () => {
      throw new Error('away');
    };
    gateway.clock.advance(1_000);
    const response = await gateway.ask('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ ready: false, problems: ['the event stream does not answer'] });
    gateway.stream.before = async () => {};
  });
});
