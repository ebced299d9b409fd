import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Operation } from '../operations/operation.js';
import { getLiveness, getReadiness, getSignpost } from './health-operations.js';
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
  @Operation(getSignpost)
  signpost() {
    return SIGNPOST;
  }

  @Get('livez')
  @Operation(getLiveness)
  live() {
    return { live: true };
  }

  @Get('readyz')
  @Operation(getReadiness)
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const problems = await this.readiness.problems();
    if (problems.length === 0) return { ready: true };
    reply.status(503).header('retry-after', '1');
    return { ready: false, problems };
  }
}
