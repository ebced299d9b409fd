import { isUtf8 } from 'node:buffer';
import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import type { Events } from '@sluice/contracts/event-commands';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { carriedOut } from '../manage/carried-out.js';
import { wrongQuery } from '../manage/page.js';
import { DISPATCHER } from '../parts.js';
import { QueryGuard, TakesQuery } from '../server/query-guard.js';
import { Catalogues, namesOf } from './catalogues.js';
import { namedEvent } from './named-event.js';

const MOST_RECENT = 100;

/** Events that the account got, with their data. */
@Controller('v1/events')
@UseGuards(CallerGuard, QueryGuard)
export class KnownEventsController {
  constructor(
    @Inject(DISPATCHER) private readonly dispatcher: Events,
    @Inject(Catalogues) private readonly catalogues: Catalogues,
  ) {}

  /** The newest ones of a type, or of all of the account's types, the newest first. */
  @Get('recent')
  @Requires('read')
  @TakesQuery('event_type', 'limit')
  async recent(@Query() query: Record<string, unknown>, @CurrentCaller() caller: Caller) {
    const limit = limitOf(query.limit);
    const eventTypes = await this.typesOf(query.event_type, caller);
    const { credential } = caller;
    const { events } = carriedOut(await this.dispatcher.recentEvents({ credential, eventTypes, limit }));
    return { events: events.map(({ acceptedAt, data, ...event }) => ({ ...event, accepted_at: acceptedAt, data })) };
  }

  /** `?source=…&id=…`: one event with its data, as long as that is kept. */
  @Get('data')
  @Requires('read')
  @TakesQuery('source', 'id')
  async data(@Query() query: Record<string, unknown>, @CurrentCaller() { credential }: Caller) {
    const event = carriedOut(await this.dispatcher.eventData({ credential, ...namedEvent(query) }));
    const bytes = Buffer.from(event.data, 'base64');
    const encoding = isUtf8(bytes) ? 'utf8' : 'base64';
    return {
      source: event.source,
      id: event.id,
      type: event.type,
      accepted_at: event.acceptedAt,
      data: bytes.toString(encoding),
      data_encoding: encoding,
    };
  }

  private async typesOf(eventType: unknown, caller: Caller): Promise<string[]> {
    if (eventType === undefined) return [...(await this.catalogues.having([], caller)).keys()];
    if (typeof eventType !== 'string') throw wrongQuery('event_type', 'must be given once');
    const known = await this.catalogues.having([eventType], caller);
    if (!known.has(eventType)) throw wrongQuery('event_type', `must be one of ${namesOf(known)}`);
    return [eventType];
  }
}

function limitOf(limit: unknown): number {
  if (limit === undefined) return MOST_RECENT;
  const wanted = typeof limit === 'string' && /^\d{1,3}$/.test(limit) ? Number(limit) : 0;
  if (wanted >= 1 && wanted <= MOST_RECENT) return wanted;
  throw wrongQuery('limit', `must be a whole number from 1 to ${MOST_RECENT}`);
}
