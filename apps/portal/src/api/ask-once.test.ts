import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askOnce } from './ask-once.js';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const done: Answer = (response) => response.writeHead(201).end('{"made":true}');
const lost: Answer = (_, request) => request.socket.destroy();
const refused =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end('{"detail":"no"}');

let server: Server;
let url: string;
/** How the next requests are answered; those after them are done. */
let answers: Answer[];
let keys: (string | undefined)[];

beforeEach(async () => {
  answers = [];
  keys = [];
  server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key'] as string | undefined);
    request.resume().on('end', () => (answers.shift() ?? done)(response, request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/webhooks`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const made = { made: true };

describe('what is asked to be made', () => {
  it('has the same key again when no answer came, and another once one came', async () => {
    answers = [lost];
    await expect(askOnce(url, '{"a":1}')).rejects.toMatchObject({ status: 0 });
    expect(await askOnce(url, '{"a":1}')).toEqual(made);
    expect(await askOnce(url, '{"a":1}')).toEqual(made);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('has another key when the body is another one', async () => {
    answers = [lost];
    await expect(askOnce(url, '{"b":1}')).rejects.toMatchObject({ status: 0 });
    await askOnce(url, '{"b":2}');
    await askOnce(url, '{"b":1}');
    expect(new Set(keys).size).toBe(2);
    expect(keys[2]).toBe(keys[0]);
  });

  it('has another key after a refusal, and the same after an answer that says nothing of it', async () => {
    answers = [refused(503), refused(400)];
    await expect(askOnce(url, '{"c":1}')).rejects.toMatchObject({ status: 503 });
    await expect(askOnce(url, '{"c":1}')).rejects.toMatchObject({ status: 400, message: 'no' });
    await askOnce(url, '{"c":1}');
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('has the same key after a refusal that came before anything was known of the first one', async () => {
    answers = [lost, refused(429), refused(401)];
    for (const status of [0, 429, 401]) {
      await expect(askOnce(url, '{"g":1}')).rejects.toMatchObject({ status });
    }
    await askOnce(url, '{"g":1}');
    expect(new Set(keys)).toEqual(new Set([keys[0]]));
  });

  it('is asked again by itself while the first one is under way, as late as the answer says', async () => {
    answers = [refused(409, { 'retry-after': '1' }), refused(409, { 'retry-after': '0' })];
    expect(await askOnce(url, '{"d":1}')).toEqual(made);
    expect(new Set(keys)).toEqual(new Set([keys[0]]));
    expect(keys).toHaveLength(3);
  });

  it('is refused at once when the refusal names no time', async () => {
    answers = [refused(409)];
    await expect(askOnce(url, '{"e":1}')).rejects.toMatchObject({ status: 409 });
    expect(keys).toHaveLength(1);
  });

  it('is the same when it is asked twice at a time', async () => {
    expect(await Promise.all([askOnce(url, '{"f":1}'), askOnce(url, '{"f":1}')])).toEqual([made, made]);
    expect(keys[1]).toBe(keys[0]);
  });
});
