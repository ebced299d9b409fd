import { Controller, Get, Inject, Req } from '@nestjs/common';
import type { Events } from '@sluice/contracts/event-commands';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Catalogues, namesOf } from '../../events/catalogues.js';
import { Asked } from '../../operations/asked.js';
import { wrongMember } from '../../operations/checked.js';
import { Operation } from '../../operations/operation.js';
import { shownBytes } from '../../operations/shown-bytes.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { DISPATCHER } from '../../services/parts.js';
import { getEventData, getTrail, listRecentEvents } from './known-event-operations.js';
import { trailAnswer } from './trail-answer.js';
import { TrailSearch } from './trail-search.js';

/** Events that the account got: what became of them, and their data. */
@Controller('v1/events')
export class KnownEventsController {
  constructor(
    @Inject(DISPATCHER) private readonly dispatcher: Events,
    @Inject(Catalogues) private readonly catalogues: Catalogues,
    @Inject(TrailSearch) private readonly trails: TrailSearch,
  ) {}

  /**
   * `GET /v1/events?source=…&id=…`: sources are URIs, and no good as parts of a path. What became of an event that was
   * accepted a moment ago is waited for; 404 says that nothing is known of it even then. Without a source, of all events of
   * that id: there may be none.
   */
  @Get()
  @Operation(getTrail)
  async trail(
    @Req() request: FastifyRequest,
    @Asked() { query: { source, id } }: Asked<typeof getTrail>,
    @CurrentCaller() { credential }: Caller,
  ) {
    const isWanted = () => !request.raw.socket.destroyed;
    if (source === undefined) {
      const result = await this.trails.findAll({ credential, id }, isWanted);
      const { events, more } = carriedOut(result);
      return { events: events.map(trailAnswer), more };
    }
    return trailAnswer(carriedOut(await this.trails.find({ credential, source, id }, isWanted)));
  }

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
    const { text, encoding } = shownBytes(Buffer.from(event.data, 'base64'));
    return {
      source: event.source,
      id: event.id,
      type: event.type,
      accepted_at: event.acceptedAt,
      data: text,
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
