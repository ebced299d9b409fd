import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import type { Deliveries, DeliveryPlace } from '@sluice/contracts/delivery-commands';
import type { Jobs } from '@sluice/contracts/job-commands';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { wrongMember } from '../../operations/checked.js';
import { readMoment } from '../../operations/moment.js';
import { Operation } from '../../operations/operation.js';
import { CURSOR_WANTED, cursorAt } from '../../operations/page.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { DISPATCHER } from '../../services/parts.js';
import { DispatcherActs } from '../audit/dispatcher-acts.js';
import { jobAnswer } from '../jobs/job-answer.js';
import { deliveryAnswer, summaryAnswer } from './delivery-answer.js';
import { getDelivery, listDeliveries, resendDelivery } from './delivery-operations.js';

/** What became of deliveries, and sending one again. */
@Controller('v1/deliveries')
export class DeliveriesController {
  constructor(
    @Inject(DISPATCHER) private readonly dispatcher: Deliveries & Jobs,
    @Inject(DispatcherActs) private readonly acts: DispatcherActs,
  ) {}

  @Get()
  @Operation(listDeliveries)
  async list(@Asked() { query }: Asked<typeof listDeliveries>, @CurrentCaller() { credential }: Caller) {
    const { webhook_id: webhookId, state, since, until, event_id: eventId, limit } = query;
    const question = { webhookId, state, since, until, eventId, limit, before: placeOf(query.cursor) };
    const { deliveries, next } = carriedOut(await this.dispatcher.listDeliveries({ credential, ...question }));
    return {
      deliveries: deliveries.map(summaryAnswer),
      next_cursor: next === null ? null : cursorAt(`${next.at}/${next.id}`),
    };
  }

  @Get(':id')
  @Operation(getDelivery)
  async get(@Param('id') deliveryId: string, @CurrentCaller() { credential }: Caller) {
    return deliveryAnswer(carriedOut(await this.dispatcher.getDelivery({ credential, deliveryId })));
  }

  @Post(':id/resend')
  @Operation(resendDelivery)
  async resend(@Param('id') deliveryId: string, @CurrentCaller() caller: Caller) {
    const { credential, address: from } = caller;
    const request = { kind: 'resend', deliveryId } as const;
    const job = carriedOut(await this.dispatcher.createJob({ credential, request, from }));
    await this.acts.record(caller, 'job.created', job.id);
    return jobAnswer(job);
  }
}

/** Where a page begins. @throws {Fault} 400 when the cursor is of the right form, but at a moment that there is not. */
function placeOf(cursor: string | undefined): DeliveryPlace | undefined {
  const [at, id] = cursor?.split('/') ?? [];
  if (at === undefined || id === undefined) return undefined;
  if (at !== 'infinity' && readMoment(at) === null) throw wrongMember('cursor', CURSOR_WANTED.error);
  return { at, id };
}
