import { Controller, Get, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import type { Deliveries } from '@sluice/contracts/delivery-commands';
import type { Jobs } from '@sluice/contracts/job-commands';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { DISPATCHER } from '../parts.js';
import { NoBodyGuard } from '../server/no-body-guard.js';
import { QueryGuard, TakesQuery } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';
import { deliveryAnswer, summaryAnswer } from './delivery-answer.js';
import { jobAnswer } from './job-answer.js';
import { cursorAt } from './page.js';
import { pathId } from './path-id.js';
import { DELIVERY_QUERY, readDeliveryQuestion } from './read-deliveries.js';

const DELIVERY_ID = /^msg_[\w-]{1,64}$/;
const ABSENT = 'there is no such delivery';

/** What became of deliveries, and sending one again. */
@Controller('v1/deliveries')
@UseGuards(CallerGuard, QueryGuard)
export class DeliveriesController {
  constructor(@Inject(DISPATCHER) private readonly dispatcher: Deliveries & Jobs) {}

  /** A page of the account's deliveries, or of one webhook's, the newest first; `next_cursor` is null on the last one. */
  @Get()
  @Requires('read')
  @TakesQuery(...DELIVERY_QUERY)
  async list(@Query() query: Record<string, unknown>, @CurrentCaller() { credential }: Caller) {
    const question = readDeliveryQuestion(query);
    const { deliveries, next } = carriedOut(await this.dispatcher.listDeliveries({ credential, ...question }));
    return {
      deliveries: deliveries.map(summaryAnswer),
      next_cursor: next === null ? null : cursorAt(`${next.at}/${next.id}`),
    };
  }

  /** One delivery with what is sent, its attempts, and what comes next. */
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
