import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { Follow, FollowedEvent } from '@sluice/contracts/follow-commands';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CurrentCaller } from '../authenticate/caller-guard.js';
import { Asked } from '../operations/asked.js';
import { Operation } from '../operations/operation.js';
import { shownBytes } from '../operations/shown-bytes.js';
import { carriedOut } from '../refusals/carried-out.js';
import { DISPATCHER } from '../services/parts.js';
import type { EventStream, ServerSentEvent } from './event-stream.js';
import { followDeliveries, followEvents } from './follow-operations.js';
import { OpenStreams } from './open-streams.js';

const LONG_POLL_MS = 10_000;

type Question = Pick<Parameters<Follow['follow']>[0], 'deliveries' | 'eventType' | 'webhookId'>;

/** An account's events and deliveries as they come, each at least once: the dispatchers are asked again and again. */
@Controller('v1')
export class FollowController {
  constructor(
    @Inject(DISPATCHER) private readonly dispatcher: Follow,
    @Inject(OpenStreams) private readonly streams: OpenStreams,
  ) {}

  @Get('deliveries/follow')
  @Operation(followDeliveries)
  async deliveries(
    @Asked() { query }: Asked<typeof followDeliveries>,
    @Req() request: FastifyRequest,
    @CurrentCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const question = { deliveries: true, eventType: query.event_type, webhookId: query.webhook_id };
    await this.follow(question, query.after ?? lastEventId(request), caller, reply, deliveriesOf);
  }

  @Get('events/follow')
  @Operation(followEvents)
  async events(
    @Asked() { query }: Asked<typeof followEvents>,
    @Req() request: FastifyRequest,
    @CurrentCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const question = { deliveries: false, eventType: query.event_type };
    await this.follow(question, query.after ?? lastEventId(request), caller, reply, eventOf);
  }

  /** The first question is answered before the stream begins, so that it is refused like any other. */
  private async follow(
    question: Question,
    after: string | null,
    { credential, principal }: Caller,
    reply: FastifyReply,
    shown: (event: FollowedEvent) => Iterable<ServerSentEvent>,
  ): Promise<void> {
    const ask = async (cursor: string | null, waitMs: number) =>
      carriedOut(await this.dispatcher.follow({ credential, ...question, after: cursor, waitMs }));
    let answer = await ask(after, 0);
    let told = '';
    const stream = this.streams.open(principal.accountId, reply);
    try {
      while (!stream.ended.aborted) {
        await sendAll(stream, answer.events, shown);
        if (answer.cursor !== told) await stream.moveTo(answer.cursor);
        told = answer.cursor;
        if (!stream.ended.aborted) answer = await ask(answer.cursor, LONG_POLL_MS);
      }
    } catch {
      // The credential no longer counts, or a part is away: who reads connects again, and is told, or goes on where it was.
    } finally {
      stream.end();
    }
  }
}

async function sendAll(
  stream: EventStream,
  events: readonly FollowedEvent[],
  shown: (event: FollowedEvent) => Iterable<ServerSentEvent>,
): Promise<void> {
  for (const event of events) {
    for (const sent of shown(event)) {
      if (stream.ended.aborted) return;
      await stream.send(sent);
    }
  }
}

const lastEventId = ({ headers }: FastifyRequest): string | null => {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : null;
};

function* eventOf({ cursor, source, id, type, acceptedAt, data }: FollowedEvent): Iterable<ServerSentEvent> {
  const { text, encoding } = shownBytes(Buffer.from(data, 'base64'));
  yield {
    event: 'event',
    id: cursor,
    data: { source, id, type, accepted_at: acceptedAt, data: text, data_encoding: encoding },
  };
}

/** Who goes on behind one of several deliveries of an event gets them all again: only the last one has an id. */
function* deliveriesOf({
  cursor,
  source,
  id,
  type,
  acceptedAt,
  data,
  deliveries,
}: FollowedEvent): Iterable<ServerSentEvent> {
  const { text, encoding } = shownBytes(Buffer.from(data, 'base64'));
  for (const [index, { deliveryId, webhookId, endpoint, headers }] of deliveries.entries()) {
    yield {
      event: 'delivery',
      id: index === deliveries.length - 1 ? cursor : undefined,
      data: {
        delivery_id: deliveryId,
        webhook_id: webhookId,
        event: { source, id, type, accepted_at: acceptedAt },
        endpoint,
        headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
        body: text,
        body_encoding: encoding,
      },
    };
  }
}
