import { connect } from 'node:net';
import type { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { Standalone } from '@sluice/testing/stack/standalone';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let sluice: Standalone;
let client: SluiceClient;

beforeAll(async () => {
  sluice = await Standalone.start();
  client = sluice.client;
});

afterAll(() => sluice.remove());

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));

const BODIES: [name: string, body: string | Uint8Array<ArrayBuffer>][] = [
  ['broken JSON', '{"endpoint": '],
  ['a list of lists', '[[]]'],
  ['a number', '7'],
  ['null', 'null'],
  ['200 levels', `{"endpoint":${nested(200)}}`],
  ['100,000 levels', nested(100_000)],
  ['a duplicate member', '{"endpoint":"http://a.example","endpoint":"http://b.example"}'],
  ['invalid UTF-8', bytes('{"endpoint":"\xff\xfe"}')],
  ['a byte order mark', '\ufeff{}'],
  ['a NUL', '{"endpoint":"\u0000"}'],
  ['text after the end', '{} {}'],
  ['6 MiB', `{"endpoint":"${'x'.repeat(6 * 1024 * 1024)}"}`],
];

describe.each([
  ['POST', '/api/v1/webhooks', 'application/json'],
  ['POST', '/api/v1/filters/test', 'application/json'],
  ['POST', '/v1/events', 'application/cloudevents+json'],
  ['POST', '/v1/events', 'application/cloudevents-batch+json'],
  ['PUT', '/v1/event-types/some.type', 'application/json'],
])('%s %s as %s', (method, path, contentType) => {
  // Nothing is no bad input to a test of filters, all of whose members may be left out.
  const bodies: typeof BODIES = path.endsWith('/filters/test') ? BODIES : [['nothing', ''], ...BODIES];

  it.each(bodies)('refuses %s with a message', async (_name, body) => {
    const answer = await client.request(method, path, body, {
      authorization: `Bearer ${path.startsWith('/v1/event-types') ? sluice.credentials.adminKey : client.apiKey}`,
      'content-type': contentType,
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(JSON.stringify(answer.body).length).toBeGreaterThan(20);
    expect(JSON.stringify(answer.body)).not.toMatch(/\bat .*\.js:|node_modules/);
  });
});

describe('the Airstack dialect', () => {
  const FAILURE = { authentication: {}, status: false, message: expect.stringMatching(/.{10,}/) };

  it.each<[string, number, () => Promise<{ status: number; body: unknown }>]>([
    ['no key', 401, () => client.request('POST', '/api/v1/webhooks', '{}', { authorization: '' })],
    ['an unknown key', 401, () => client.request('POST', '/api/v1/webhooks', '{}', { authorization: 'nobody' })],
    [
      'a test key',
      401,
      () => client.request('POST', '/api/v1/webhooks', '{}', { authorization: sluice.credentials.testApiKey }),
    ],
    [
      'another content type',
      415,
      () => client.request('POST', '/api/v1/webhooks', 'a=1', { 'content-type': 'text/plain' }),
    ],
    ['a malformed id', 400, () => client.unsubscribe('1')],
    ['an unknown id', 404, () => client.unsubscribe('01ARZ3NDEKTSV4RRFFQ69G5FAV')],
  ])('answers %s with %i and its own body', async (_name, status, ask) => {
    expect(await ask()).toMatchObject({ status, body: FAILURE });
  });

  it.each([
    ['$unknown', { a: { $unknown: 1 } }],
    ['$in', { a: { $in: 1 } }],
    ['$gt', { a: { $gt: {} } }],
    ['$or', { $or: [] }],
    ['$regex', { a: { $regex: '(a)\\1' } }],
    ['a.b.c.d', { 'a.b.c.d': 1 }],
  ])('names %s in a filter it can not serve', async (named, filter) => {
    const { status, body } = await client.request(
      'POST',
      '/api/v1/filters/test',
      JSON.stringify({ event_type: 'follow.created', filter, payload: {} }),
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({ status: false, success: false, message: expect.stringContaining(named) });
  });
});

it('answers an oversized header and a broken request line without falling over', async () => {
  const { port } = new URL(sluice.baseUrl);
  const speak = (text: string) =>
    new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1');
      let heard = '';
      socket.on('data', (part) => {
        heard += part.toString();
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(heard));
      socket.end(text);
    });
  expect(await speak(`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 4/);
  expect(await speak('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 4/);
  expect((await fetch(`${sluice.baseUrl}/readyz`)).status).toBe(200);
});
