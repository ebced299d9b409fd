import type { Metrics } from '@sluice/service-kit/metrics';
import type { FastifyInstance } from 'fastify';
import { Counter, Histogram } from 'prom-client';

/** Counts answers by route and status, and how long they took. Routes as they were registered: no ids, no tokens. */
export function measureRequests(fastify: FastifyInstance, metrics: Metrics): void {
  const answers = new Counter({
    name: 'sluice_gateway_requests_total',
    help: 'Answers on the public port, by method, route and status',
    labelNames: ['method', 'route', 'status'],
    registers: [metrics],
  });
  const seconds = new Histogram({
    name: 'sluice_gateway_request_seconds',
    help: 'From the first byte of a request to the last of its answer',
    labelNames: ['route'],
    registers: [metrics],
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const method = request.is404 ? 'any' : request.method;
    answers.inc({ method, route, status: reply.statusCode });
    seconds.observe({ route }, reply.elapsedTime / 1_000);
  });
}
