import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Readiness } from './readiness.js';

const SIGNPOST = {
  name: 'Sluice',
  what: 'turns streams of change events into signed webhooks',
  subscribe: 'POST /api/v1/webhooks',
  publish: 'POST /v1/events',
  follow: 'GET /v1/events?source=…&id=…',
  event_types: 'GET /v1/event-types',
  ready: 'GET /readyz',
  documentation: 'README.md and docs/api.md of the repository',
} as const;

/** What stands at the root, and whether the service is alive and able to work. */
@Controller()
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get()
  signpost() {
    return SIGNPOST;
  }

  @Get('livez')
  live() {
    return { live: true };
  }

  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const problems = await this.readiness.problems();
    if (problems.length === 0) return { ready: true };
    reply.status(503).header('retry-after', '1');
    return { ready: false, problems };
  }
}
