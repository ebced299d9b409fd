import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { FastifyReply } from 'fastify';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EventStream } from './event-stream.js';

const SECOND_MS = 1_000;
const MEBIBYTE = 1024 * 1024;

let stream: EventStream;
let reader: Socket;
let close: () => void;

/** Time is ours, but for what goes on between the two ends of the connection. */
beforeEach(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  const asked = new Promise<ServerResponse>((resolve) => server.on('request', (_, response) => resolve(response)));
  await vi.waitFor(() => expect(server.listening).toBe(true));
  reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
  reader.on('error', () => {});
  reader.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const raw = await asked;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  stream = new EventStream({ getHeaders: () => ({}), hijack: () => {}, raw } as unknown as FastifyReply);
  close = () => {
    reader.destroy();
    server.close();
  };
});
afterEach(() => {
  close();
  vi.useRealTimers();
});

/** More than the system keeps for a connection that nobody reads. */
async function fill(): Promise<void> {
  const data = 'x'.repeat(MEBIBYTE);
  for (let sent = 0; sent < 32; sent += 1) void stream.send({ event: 'event', data });
  await new Promise((resolve) => setImmediate(resolve));
}

it('ends when its reader does not read for 30 seconds', async () => {
  await fill();
  await vi.advanceTimersByTimeAsync(29 * SECOND_MS);
  expect(stream.ended.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(2 * SECOND_MS);
  await expect.poll(() => stream.ended.aborted).toBe(true);
});

it('goes on for who reads, with a comment every 15 seconds', async () => {
  let text = '';
  reader.on('data', (chunk) => (text += chunk.toString()));
  await vi.advanceTimersByTimeAsync(61 * SECOND_MS);
  await expect.poll(() => text.match(/^:$/gm)?.length).toBe(4);
  expect(stream.ended.aborted).toBe(false);
});

it('is over for who left, and for who does not take the rest within a second of its end', async () => {
  await fill();
  stream.end();
  expect(stream.ended.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(1_001);
  reader.resume();
  await expect.poll(() => reader.destroyed).toBe(true);
});
