import { Controller, Get, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import { type Deliveries, type DeliveryPlace, DeliveryState } from '@sluice/contracts/delivery-commands';
import type { Jobs } from '@sluice/contracts/job-commands';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { DISPATCHER } from '../parts.js';
import { NoBodyGuard } from '../server/no-body-guard.js';
import { QueryGuard, TakesQuery } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';
import { deliveryAnswer, summaryAnswer } from './delivery-answer.js';
import { jobAnswer } from './job-answer.js';
import { MOMENT_WANTED, readMoment } from './moment.js';
import { cursorAt, pageLimit, placeAt, wrongQuery } from './page.js';
import { pathId } from './path-id.js';

const DELIVERY_ID = /^msg_[\w-]{1,64}$/;
const WEBHOOK_ID = /^[\w-]{1,64}$/;
const ABSENT = 'there is no such delivery';
/** A moment to the microsecond, or none that is known, and an id. */
const PLACE = /^(\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z|infinity)\/msg_[\w-]{1,64}$/;

/** What became of deliveries, and sending one again. */
@Controller('v1/deliveries')
@UseGuards(CallerGuard, QueryGuard)
export class DeliveriesController {
  constructor(@Inject(DISPATCHER) private readonly dispatcher: Deliveries & Jobs) {}

  /** A page of one webhook's deliveries, the newest first; `next_cursor` is null on the last one. */
  @Get()
  @Requires('read')
  @TakesQuery('webhook_id', 'state', 'since', 'limit', 'cursor')
  async list(@Query() query: Record<string, unknown>, @CurrentCaller() { credential }: Caller) {
    const question = {
      webhookId: webhookOf(query.webhook_id),
      state: stateOf(query.state),
      since: sinceOf(query.since),
      limit: pageLimit(query.limit),
      before: placeOf(query.cursor),
    };
    const { deliveries, next } = carriedOut(await this.dispatcher.listDeliveries({ credential, ...question }));
    return {
      deliveries: deliveries.map(summaryAnswer),
      next_cursor: next === null ? null : cursorAt(`${next.at}/${next.id}`),
    };
  }

  /** One delivery with its attempts. */
  @Get(':id')
  @Requires('read')
  async get(@Param('id') id: string, @CurrentCaller() { credential }: Caller) {
    const deliveryId = pathId(id, DELIVERY_ID, ABSENT);
    return deliveryAnswer(carriedOut(await this.dispatcher.getDelivery({ credential, deliveryId })));
  }

  /** The same as `POST /v1/jobs` with `{"kind": "resend", "delivery_id": …}`. */
  @Post(':id/resend')
  @HttpCode(202)
  @Requires('subscribe')
  @UseGuards(NoBodyGuard)
  async resend(@Param('id') id: string, @CurrentCaller() { credential, address: from }: Caller) {
    const request = { kind: 'resend', deliveryId: pathId(id, DELIVERY_ID, ABSENT) } as const;
    return jobAnswer(carriedOut(await this.dispatcher.createJob({ credential, request, from })));
  }
}

function webhookOf(id: unknown): string {
  if (typeof id !== 'string' || id === '') throw wrongQuery('webhook_id', 'is required, once');
  return pathId(id, WEBHOOK_ID, 'there is no such webhook');
}

function stateOf(state: unknown): DeliveryState | undefined {
  if (state === undefined) return undefined;
  const parsed = DeliveryState.safeParse(state);
  if (parsed.success) return parsed.data;
  throw wrongQuery('state', `must be one of ${DeliveryState.options.join(', ')}`);
}

function sinceOf(since: unknown): string | undefined {
  if (since === undefined) return undefined;
  const moment = readMoment(since);
  if (moment !== null) return moment;
  throw wrongQuery('since', MOMENT_WANTED);
}

function placeOf(cursor: unknown): DeliveryPlace | undefined {
  const [at, id] = placeAt(cursor, PLACE)?.split('/') ?? [];
  return at === undefined || id === undefined ? undefined : { at, id };
}
