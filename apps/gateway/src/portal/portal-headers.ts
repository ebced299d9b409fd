import type { FastifyInstance } from 'fastify';
import { pathOf } from '../refusals/face.js';
import { portalFace } from './portal-face.js';
import { CONTENT_SECURITY_POLICY } from './portal-page.js';

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Every answer of the portal, refusals included, says what a browser may do with it. */
export function guardPortalPages(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (portalFace.owns(pathOf(request.raw.url ?? '/'))) reply.headers(HEADERS);
  });
}
