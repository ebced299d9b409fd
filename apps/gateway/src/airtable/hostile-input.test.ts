import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatewayUnderTest, gatewayUnderTest } from '../testing/gateway-under-test.js';
import { BASE } from '../testing/memory-airtable.js';

let gateway: GatewayUnderTest;
beforeAll(async () => {
  gateway = await gatewayUnderTest();
});
afterAll(() => gateway.stop());

const WEBHOOKS = `/v0/bases/${BASE}/webhooks`;
const HEADERS = { authorization: 'Bearer pat', 'content-type': 'application/json' };
const MEBIBYTE = 1024 * 1024;
const TOO_LARGE = /^\{"error":\{"type":"PAYLOAD_TOO_LARGE","message":"[^"]+"\}\}$/;

/** Either envelope of the contract, and nothing of the framework's. */
const REFUSAL = /^\{"error":("NOT_FOUND"|\{"type":"[A-Z_]+","message":".+"\})\}$/s;

function expectOwnWords(status: number, type: string | null, body: string): void {
  expect(status).toBeLessThan(500);
  expect(type).toBe('application/json; charset=utf-8');
  if (status !== 200) expect(body).toMatch(REFUSAL);
  expect(body).not.toMatch(/FST_|node_modules|statusCode|\bat .*\.js/);
  JSON.parse(body);
}

/** Bodies that are almost right: a few bytes of a good one changed, dropped or doubled. */
const mutated = fc
  .tuple(
    fc.constantFrom(
      '{"notificationUrl":"https://e.com/é","specification":{"options":{"filters":{"dataTypes":["tableData"]}}}}',
      '{"enable":true}',
    ),
    fc.array(fc.tuple(fc.nat(120), fc.nat(3), fc.uint8Array({ maxLength: 4 })), { maxLength: 4 }),
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
  fc.json().map((text) => new Uint8Array(Buffer.from(`{"specification":{"options":${text}}}`))),
);
const text = (most: number) =>
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
    maxLength: most,
  });

it('answers in the words of the contract, whatever the body and its type', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('', '/achA1b2C3d4E5f6G7/refresh', '/achA1b2C3d4E5f6G7/enableNotifications', '/achA1b2C3d4E5f6G7'),
      fc.constantFrom('POST', 'DELETE'),
      fc.constantFrom('application/json', 'application/json', 'text/plain', 'application/json; charset=utf-16', ';;;'),
      bodies,
      async (path, method, type, body) => {
        const headers = { ...HEADERS, 'content-type': type };
        const response = await gateway.ask(WEBHOOKS + path, { method, headers, body });
        expectOwnWords(response.status, response.headers.get('content-type'), await response.text());
      },
    ),
    { numRuns: 1_000 },
  );
}, 60_000);

it('lists every specification that it took exactly as it was sent', async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), fc.constantFrom('', ' ', '\n\t'), async (json, space) => {
      const specification = `{${space}"options"${space}:${space}${json}${space}}`;
      const init = { method: 'POST', headers: HEADERS, body: `{"specification":${space}${specification}${space}}` };
      const created = (await (await gateway.ask(WEBHOOKS, init)).json()) as { id: string };
      const list = await (await gateway.ask(WEBHOOKS, { headers: HEADERS })).text();
      expect(list).toContain(`{"id":"${created.id}","specification":${specification},"notificationUrl":null,`);
      gateway.airtable.webhooks.length = 0;
    }),
    { numRuns: 200 },
  );
}, 60_000);

it('answers in the words of the contract, whatever the path, the query and the headers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/v0/', '/v0/bases/', `${WEBHOOKS}/`, `${WEBHOOKS}/achA1b2C3d4E5f6G7/payloads?`),
      text(60),
      text(30),
      async (start, rest, value) => {
        // What a client itself takes for a step up would leave the face.
        const path = start + rest.replace(/[#\\]|%2e|\./gi, '');
        const headers = { authorization: value, 'content-type': value };
        const response = await gateway.ask(path, { headers });
        expectOwnWords(response.status, response.headers.get('content-type'), await response.text());
      },
    ),
    { numRuns: 500 },
  );
}, 60_000);

/** Sends bytes as they are and answers all that came back before the other side closed. */
const speak = (said: string) =>
  new Promise<string>((resolve) => {
    const socket = connect(gateway.port, '127.0.0.1', () => socket.write(said));
    let heard = '';
    socket.on('data', (part) => (heard += part.toString()));
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
  });

describe('a body', () => {
  it('of 20 MiB is answered with 413, and a client that sends it all before it reads sees that', async () => {
    const body = new Uint8Array(20 * MEBIBYTE).fill(0x20);
    const response = await gateway.ask(WEBHOOKS, { method: 'POST', headers: HEADERS, body });
    expect(response.status).toBe(413);
    expect(await response.text()).toMatch(TOO_LARGE);
  });

  it('of hundreds of megabytes is answered with 413 before it was read', async () => {
    const size = 500 * MEBIBYTE;
    const heard = await new Promise<string>((resolve, reject) => {
      const socket = connect(gateway.port, '127.0.0.1').on('error', reject);
      socket.write(
        `POST ${WEBHOOKS} HTTP/1.1\r\nhost: a\r\nauthorization: pat\r\ncontent-type: application/json\r\ncontent-length: ${size}\r\n\r\n`,
      );
      socket.on('data', (part) => {
        resolve(part.toString());
        socket.destroy();
      });
    });
    const [head = '', body = ''] = heard.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 413 /);
    expect(body).toMatch(TOO_LARGE);
  });

  it('whose length was not said is answered with 413 once it is too long', async () => {
    const chunk = new Uint8Array(64 * 1024).fill(0x20);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1;
        if (sent > 200) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const init = { method: 'POST', headers: HEADERS, body, duplex: 'half' };
    const response = await gateway.ask(WEBHOOKS, init as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.text()).toMatch(TOO_LARGE);
  });

  it('that is compressed is answered with 415', async () => {
    const headers = { ...HEADERS, 'content-encoding': 'gzip' };
    const response = await gateway.ask(WEBHOOKS, { method: 'POST', headers, body: 'x' });
    expect([response.status, await response.text()]).toEqual([415, expect.stringMatching(REFUSAL)]);
  });

  it('that fills the room nests as deep as it may and takes no more than a moment', async () => {
    const deep = `${'['.repeat(90)}${']'.repeat(90)}`;
    const members = Array.from({ length: 5_000 }, (_, index) => `"m${index}":${deep.replace('[]', '[1]')}`).join(',');
    const body = `{"specification":{${members}}}`;
    expect(body.length).toBeGreaterThan(0.9 * MEBIBYTE);
    const response = await gateway.ask(WEBHOOKS, { method: 'POST', headers: HEADERS, body });
    expect(response.status).toBe(200);
    gateway.airtable.webhooks.length = 0;
  });
});

describe('below HTTP', () => {
  it.each([
    ['oversized headers', `GET ${WEBHOOKS} HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
    ['two lengths', `POST ${WEBHOOKS} HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx`, 400],
    ['no host', `GET ${WEBHOOKS} HTTP/1.1\r\nconnection: close\r\n\r\n`, 400],
    ['an expectation', `GET ${WEBHOOKS} HTTP/1.1\r\nhost: a\r\nexpect: x\r\nconnection: close\r\n\r\n`, 417],
    ['an encoding that is none', `GET /v0/bases/%zz/webhooks HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`, 400],
    ['UTF-8 that is none', `GET /v0/bases/%ff/webhooks HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`, 400],
    ['steps up', `GET ${WEBHOOKS}/../../../v1/webhooks HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`, 404],
  ])('answers %s in the words of the contract', async (_what, said, status) => {
    const [head = '', body = ''] = (await speak(said)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expectOwnWords(status, /content-type: (.*)/i.exec(head)?.[1] ?? null, body);
  });
});
