import { EventEmitter } from 'node:events';
import type { FastifyReply } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { OpenStreams } from './open-streams.js';

/** An answer whose reader takes everything. */
class Taken extends EventEmitter {
  readonly destroyed = false;
  writeHead(): void {}
  write(): boolean {
    return true;
  }
  end(): void {}
  destroy(): void {}
}
const reply = () => ({ getHeaders: () => ({}), hijack: () => {}, raw: new Taken() }) as unknown as FastifyReply;
const TOO_MANY = expect.objectContaining({ status: 429 });

let streams = new OpenStreams();
afterEach(() => {
  streams.close();
  streams = new OpenStreams();
});

it('has 1,000 at once at the most, whoever they are of; who leaves makes room', () => {
  const open = Array.from({ length: 1_000 }, (_, index) => streams.open(`account-${index}`, reply()));
  expect(() => streams.open('another', reply())).toThrow(TOO_MANY);
  open[0]!.end();
  streams.open('another', reply());
  expect(() => streams.open('one more', reply())).toThrow(TOO_MANY);
});

it('has none any more once the gateway ends', () => {
  const stream = streams.open('account', reply());
  streams.close();
  expect(stream.ended.aborted).toBe(true);
  expect(() => streams.open('account', reply())).toThrow(TOO_MANY);
});
