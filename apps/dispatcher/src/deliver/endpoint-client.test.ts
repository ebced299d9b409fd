import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseCidrs } from '@sluice/address-guard/cidr';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { aDelivery } from '../testing/samples.js';
import type { AttemptResult } from './endpoint-attempt.js';
import { EndpointClient } from './endpoint-client.js';
import { queueTerms, shareOf } from './queue-terms.js';
import { WebhookQueue } from './webhook-queue.js';
import { Work } from './work.js';

const policy = { allow: parseCidrs('127.0.0.0/8'), refusedPorts: () => new Set<number>() };

let server: Server;
let client: EndpointClient;
let sockets = 0;
let answer: (response: ServerResponse, request: IncomingMessage) => void;
const results: AttemptResult[] = [];

beforeEach(async () => {
  results.length = 0;
  // On every address of the machine itself, so that each of them is an origin.
  server = createServer((request, response) => answer(response, request));
  server.on('connection', (socket) => {
    sockets += 1;
    socket.once('close', () => {
      sockets -= 1;
    });
  });
  server.listen(0, '0.0.0.0');
  await once(server, 'listening');
  answer = (response) => response.end();
});
afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

function clientWith(limits: { slots: number; connections: number }): void {
  client = new EndpointClient(policy, limits, {
    mayStart: () => true,
    notStarted: () => {},
    ended: (_, result) => results.push(result),
  });
}

/** To the origin of that number. */
function send(origin: number): void {
  const queue = new WebhookQueue('webhook-1', shareOf(queueTerms(undefined), 1, 32), 0);
  const { port } = server.address() as AddressInfo;
  client.send(new Work(aDelivery(), queue, 0), {
    origin: `http://127.0.0.${origin}:${port}`,
    path: '/',
    headers: [],
    body: Buffer.from('x'),
  });
}

const results200 = (count: number) =>
  vi.waitFor(() => {
    expect(results.filter(({ status, error }) => status === 200 && error === null)).toHaveLength(count);
  });

test('keeps connections to a bounded number of endpoints, and delivers to any number', async () => {
  clientWith({ slots: 4, connections: 8 });
  for (let origin = 1; origin <= 40; origin += 1) {
    send(origin);
    await results200(origin);
    expect(client.connections).toBeLessThanOrEqual(9);
  }
  await vi.waitFor(() => expect(sockets).toBeLessThanOrEqual(8));
  expect(client.connections).toBe(sockets);
});

test('keeps no more of them when many are asked at once', async () => {
  clientWith({ slots: 4, connections: 8 });
  for (let origin = 1; origin <= 40; origin += 1) send(origin);
  await results200(40);
  await vi.waitFor(() => {
    expect(sockets).toBeLessThanOrEqual(8);
    expect(client.connections).toBe(sockets);
  });
});

test('uses a kept connection again', async () => {
  clientWith({ slots: 4, connections: 8 });
  const seen = new Set<unknown>();
  answer = (response, { socket }) => {
    seen.add(socket);
    response.end();
  };
  for (let time = 1; time <= 5; time += 1) {
    send(1);
    await results200(time);
  }
  expect([seen.size, client.connections]).toEqual([1, 1]);
});

test('opens no more connections to one origin than attempts may be under way', async () => {
  clientWith({ slots: 4, connections: 8 });
  answer = () => {};
  for (let attempt = 0; attempt < 20; attempt += 1) send(1);
  await vi.waitFor(() => expect(sockets).toBe(4));
  expect(client.connections).toBe(4);
});
