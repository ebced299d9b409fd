import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CurrentCaller } from '../authenticate/caller-guard.js';
import { RateLimits } from '../authenticate/rate-limits.js';
import { Operation } from '../operations/operation.js';
import { bodyOf } from '../server/raw-bodies.js';
import { audienceOf } from './audience.js';
import { contentModeOf, readEvents } from './content-mode.js';
import { publishEvents } from './event-operations.js';
import { Intake } from './intake.js';
import { IntakeLog } from './intake-log.js';
import { KnownAccounts } from './known-accounts.js';
import { publishAnswer } from './publish-answer.js';

/** Publishing events. */
@Controller('v1/events')
export class EventsController {
  constructor(
    @Inject(Intake) private readonly intake: Intake,
    @Inject(IntakeLog) private readonly log: IntakeLog,
    @Inject(KnownAccounts) private readonly accounts: KnownAccounts,
    @Inject(RateLimits) private readonly limits: RateLimits,
  ) {}

  /** CloudEvents in structured, binary or batch mode. Answered when the stream has acknowledged them. */
  @Post()
  @Operation(publishEvents)
  async publish(
    @Req() request: FastifyRequest,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    const startedMs = performance.now();
    const body = bodyOf(request);
    const audience = audienceOf(request.headers['sluice-audience'], caller.principal);
    const { rawHeaders } = request.raw;
    const mode = contentModeOf(request.headers['content-type'], rawHeaders);
    await this.accounts.demand(audience, caller.credential);
    const readings = readEvents(mode, rawHeaders, body);
    await this.limits.publish(caller.principal.keyId, readings.length);
    const report = await this.intake.take(readings, audience, caller);
    this.log.took({ mode, bytes: body.length, ms: performance.now() - startedMs, caller, audience, report });
    const { status, body: answer } = publishAnswer(mode, report);
    reply.status(status);
    return answer;
  }
}
