import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AllowedMethods } from '../refusals/allowed-methods.js';
import type { Refusals } from '../refusals/refusals.js';
import { answerClientError, answerUnusualRequests } from './client-errors.js';
import { demandHost } from './demand-host.js';
import { takeRawBodies } from './raw-bodies.js';

/** A request, headers and body, must have arrived within this time. */
const REQUEST_LIMIT_MS = 60_000;

export interface ServerParts {
  refusals: Refusals;
  methods: AllowedMethods;
  /** Whose `X-Forwarded-*` headers count: none, or these addresses (CIDR). */
  trustedProxies: readonly string[];
}

/** Nest's adapter over a Fastify that takes bodies raw and answers nothing in words of its own. */
export function openServer({ refusals, methods, trustedProxies }: ServerParts): FastifyAdapter {
  const adapter = new FastifyAdapter({
    logger: false,
    skipMiddie: true,
    multipart: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    requestTimeout: REQUEST_LIMIT_MS,
    http: { requireHostHeader: false },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1_024 },
    // Fastify types this for HTTP/2 as well, which is not served here.
    frameworkErrors: (error: Error, request: unknown, reply: unknown) =>
      refusals.answer(error, request as FastifyRequest, reply as FastifyReply),
    clientErrorHandler: answerClientError((path) => refusals.faceOf(path)),
  });
  const fastify = adapter.getInstance();
  methods.watch(fastify);
  demandHost(fastify);
  takeRawBodies(fastify);
  answerUnusualRequests(fastify.server, (path) => refusals.faceOf(path));
  return adapter;
}
