import { isUtf8 } from 'node:buffer';
import { Controller, Get, Inject } from '@nestjs/common';
import type { Events } from '@sluice/contracts/event-commands';
import type { Caller } from '../authenticate/caller.js';
import { CurrentCaller } from '../authenticate/caller-guard.js';
import { carriedOut } from '../manage/carried-out.js';
import { Asked } from '../operations/asked.js';
import { wrongMember } from '../operations/checked.js';
import { Operation } from '../operations/operation.js';
import { DISPATCHER } from '../parts.js';
import { Catalogues, namesOf } from './catalogues.js';
import { getEventData, listRecentEvents } from './event-operations.js';

/** Events that the account got, with their data. */
@Controller('v1/events')
export class KnownEventsController {
  constructor(
    @Inject(DISPATCHER) private readonly dispatcher: Events,
    @Inject(Catalogues) private readonly catalogues: Catalogues,
  ) {}

  @Get('recent')
  @Operation(listRecentEvents)
  async recent(@Asked() { query }: Asked<typeof listRecentEvents>, @CurrentCaller() caller: Caller) {
    const { event_type: eventType, limit } = query;
    const eventTypes = await this.typesOf(eventType, caller);
    const { credential } = caller;
    const { events } = carriedOut(await this.dispatcher.recentEvents({ credential, eventTypes, limit }));
    return { events: events.map(({ acceptedAt, data, ...event }) => ({ ...event, accepted_at: acceptedAt, data })) };
  }

  @Get('data')
  @Operation(getEventData)
  async data(@Asked() { query }: Asked<typeof getEventData>, @CurrentCaller() { credential }: Caller) {
    const event = carriedOut(await this.dispatcher.eventData({ credential, ...query }));
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

  private async typesOf(eventType: string | undefined, caller: Caller): Promise<string[]> {
    if (eventType === undefined) return [...(await this.catalogues.having([], caller)).keys()];
    const known = await this.catalogues.having([eventType], caller);
    if (!known.has(eventType)) throw wrongMember('event_type', `must be one of ${namesOf(known)}`);
    return [eventType];
  }
}
