import type { FastifyInstance } from 'fastify';
import { type Face, pathOf } from '../refusals/face.js';

/** Every answer begins with the headers of its face; a handler may say otherwise. Must be called before routes are registered. */
export function sendFaceHeaders(fastify: FastifyInstance, faceOf: (path: string) => Face): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const { headers } = faceOf(pathOf(request.raw.url ?? '/'));
    if (headers !== undefined) reply.headers(headers);
  });
}
