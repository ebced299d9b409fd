import type { FastifyInstance } from 'fastify';
import { pathOf } from '../refusals/face.js';
import { ownsPortal } from './portal-face.js';

const HEADERS = {
  /** Nothing but our own files, nothing inline, and nobody may frame the page. */
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Every answer of the portal, refusals included, says what a browser may do with it. */
export function guardPortalPages(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (ownsPortal(pathOf(request.raw.url ?? '/'))) reply.headers(HEADERS);
  });
}
