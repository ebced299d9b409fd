import { Controller, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import type { Dispatcher, FilterPreview } from '@sluice/contracts/dispatcher-commands';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { Catalogues, namesOf } from '../events/catalogues.js';
import { DISPATCHER } from '../parts.js';
import { faultOf } from '../refusals/fault.js';
import { JsonMembers } from '../server/json-body.js';
import { QueryGuard } from '../server/query-guard.js';

/** Filters that belong to no webhook yet. */
@Controller('v1/filters')
@UseGuards(CallerGuard, QueryGuard)
export class FiltersController {
  constructor(
    @Inject(DISPATCHER) private readonly dispatcher: Dispatcher,
    @Inject(Catalogues) private readonly catalogues: Catalogues,
  ) {}

  /** `{event_type, filter?}`: what the filter would have done with the newest events of the type. */
  @Post('preview')
  @HttpCode(200)
  @Requires('read')
  async preview(@Req() request: FastifyRequest, @CurrentCaller() caller: Caller) {
    const body = JsonMembers.of(request).only('event_type', 'filter');
    const eventType = body.string('event_type');
    body.optionalObject('filter');
    const known = await this.catalogues.having([eventType], caller);
    if (!known.has(eventType)) throw body.fault('event_type', `must be one of ${namesOf(known)}`);
    const { credential } = caller;
    const result = await this.dispatcher.previewFilter({ credential, eventType, filter: body.text('filter') });
    if (!result.ok) throw faultOf(result.refusal);
    return previewAnswer(result.value);
  }
}

const previewAnswer = ({ events }: FilterPreview) => ({
  considered: events.length,
  matched: events.filter(({ matched }) => matched).length,
  events: events.map(({ source, id, acceptedAt, matched, reason }) => ({
    source,
    id,
    accepted_at: acceptedAt,
    matched,
    reason,
  })),
});
