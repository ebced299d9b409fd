import { Controller, Inject, Post } from '@nestjs/common';
import type { Dispatcher, FilterPreview } from '@sluice/contracts/dispatcher-commands';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Catalogues, namesOf } from '../../events/catalogues.js';
import { Asked } from '../../operations/asked.js';
import { wrongMember } from '../../operations/checked.js';
import { Operation } from '../../operations/operation.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { DISPATCHER } from '../../services/parts.js';
import { type Preview, previewFilter } from './filter-operations.js';

/** Filters that belong to no webhook yet. */
@Controller('v1/filters')
export class FiltersController {
  constructor(
    @Inject(DISPATCHER) private readonly dispatcher: Dispatcher,
    @Inject(Catalogues) private readonly catalogues: Catalogues,
  ) {}

  @Post('preview')
  @Operation(previewFilter)
  async preview(@Asked() { body }: Asked<typeof previewFilter>, @CurrentCaller() caller: Caller): Promise<Preview> {
    const { event_type: eventType, filter } = body;
    const known = await this.catalogues.having([eventType], caller);
    if (!known.has(eventType)) throw wrongMember('event_type', `must be one of ${namesOf(known)}`);
    const { credential } = caller;
    const result = await this.dispatcher.previewFilter({ credential, eventType, filter: filter?.text ?? null });
    return previewAnswer(carriedOut(result));
  }
}

const previewAnswer = ({ events }: FilterPreview): Preview => ({
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
