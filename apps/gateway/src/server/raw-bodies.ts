import type { FastifyInstance } from 'fastify';
import { pathOf } from '../refusals/face.js';
import { Fault } from '../refusals/fault.js';

const MEBIBYTE = 1024 * 1024;

/** docs/architecture.md section 6: bodies are limited before anything parses them. */
export const EVENT_LIMIT_BYTES = MEBIBYTE;
export const BATCH_LIMIT_BYTES = 5 * MEBIBYTE;

const EVENTS = '/v1/events';

/**
 * Every body reaches its handler as the bytes that came, whatever its content type says: each face decodes for itself, so
 * that broken JSON and wrong types are answered in its own words.
 */
export function takeRawBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: EVENT_LIMIT_BYTES }, (_request, body, done) =>
    done(null, body),
  );
  fastify.addHook('onRequest', async (request) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding.trim().toLowerCase() === 'identity') return;
    throw new Fault(415, 'compressed bodies are not read here: send it without Content-Encoding', {
      headers: { 'accept-encoding': 'identity' },
    });
  });
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit = pathOf(route.url) === EVENTS ? BATCH_LIMIT_BYTES : EVENT_LIMIT_BYTES;
  });
}

/** The bytes of a request; none when it came without a body. */
export const bodyOf = (request: { body: unknown }): Buffer =>
  Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
