import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../failure/command-failure.js';
import { ApiClient } from './api-client.js';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const done: Answer = (response) => response.writeHead(201).end('{"made":true}');
const lost: Answer = (_, { socket }) => socket.destroy();
const cutOff: Answer = (response, { socket }) =>
  response.writeHead(201, { 'content-length': '13' }).write('{"made', () => socket.destroy());
const refused =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end('{"detail":"no"}');

let server: Server;
let api: ApiClient;
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
  await once(server.listen(0, '127.0.0.1'), 'listening');
  api = new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'key', '--key');
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const make = async () => (await api.ask('POST', '/v1/webhooks', { body: '{}' })).body;
const made = { made: true };

describe('what is asked to be made', () => {
  it.each([
    ['is lost', lost],
    ['is cut off', cutOff],
    ['did not reach a proxy', refused(504)],
  ])('is asked for once more under its key when the answer %s', async (_, unanswered) => {
    answers = [unanswered];
    expect(await make()).toEqual(made);
    expect(keys).toEqual([expect.stringMatching(/^[\da-f-]{36}$/), keys[0]]);
  });

  it('has a key of its own each time', async () => {
    await make();
    await make();
    expect(new Set(keys).size).toBe(2);
  });

  it('is not asked for a third time', async () => {
    answers = [lost, lost];
    await expect(make()).rejects.toMatchObject({ exitCode: EXIT.unreachable });
    expect(keys).toHaveLength(2);
  });

  it('is waited for while Sluice is at the first request', async () => {
    answers = [lost, refused(409, { 'retry-after': '1' }), refused(409, { 'retry-after': '0' })];
    expect(await make()).toEqual(made);
    expect(keys).toEqual(Array(4).fill(keys[0]));
  });

  it.each([
    [409, 1],
    [503, 1],
    [409, 2],
  ])('is not asked for again at a refusal (%i, as answer %i)', async (status, place) => {
    answers = [...Array<Answer>(place - 1).fill(lost), refused(status)];
    await expect(make()).rejects.toMatchObject({ status });
    expect(keys).toHaveLength(place);
  });
});

it.each([
  ['GET', '/v1/webhooks'],
  ['DELETE', '/v1/webhooks/1'],
  ['POST', '/v1/events'],
  ['POST', '/v1/filters/preview'],
])('%s %s takes no key, and is asked once', async (method, path) => {
  answers = [lost];
  await expect(api.ask(method, path)).rejects.toMatchObject({ exitCode: EXIT.unreachable });
  expect(keys).toEqual([undefined]);
});
