import type { IncomingMessage } from 'node:http';
import type { FastifyReply } from 'fastify';

/** More than this of a refused body is not read: the connection ends. */
const DRAIN_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Reads and drops what is left of a body that was refused before its end. Closing at once would reset the connection
 * under a client that is still sending, and it would see a broken pipe instead of the answer.
 */
export function drainRest(request: IncomingMessage, reply: FastifyReply): void {
  let dropped = 0;
  reply.removeHeader('connection');
  request.on('error', () => {});
  request.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > DRAIN_LIMIT_BYTES) request.destroy();
  });
  request.resume();
}
