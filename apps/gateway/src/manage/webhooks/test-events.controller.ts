import { Controller, Inject, Param, Post } from '@nestjs/common';
import type { Deliveries } from '@sluice/contracts/delivery-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { z } from 'zod';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Catalogues } from '../../events/catalogues.js';
import { exampleOf } from '../../events/type-example.js';
import { Asked } from '../../operations/asked.js';
import { wrongMember } from '../../operations/checked.js';
import { Operation } from '../../operations/operation.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { DISPATCHER, REGISTRY } from '../../services/parts.js';
import { DispatcherActs } from '../audit/dispatcher-acts.js';
import { sendTestEvent, type TestEvent } from './test-event-operations.js';

/** Trying a webhook's endpoint. */
@Controller('v1/webhooks/:id/test')
export class TestEventsController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(DISPATCHER) private readonly dispatcher: Deliveries,
    @Inject(Catalogues) private readonly catalogues: Catalogues,
    @Inject(DispatcherActs) private readonly acts: DispatcherActs,
  ) {}

  @Post()
  @Operation(sendTestEvent)
  async send(
    @Param('id') webhookId: string,
    @Asked() { body }: Asked<typeof sendTestEvent>,
    @CurrentCaller() caller: Caller,
  ): Promise<z.output<typeof TestEvent>> {
    const { credential } = caller;
    const { webhook } = carriedOut(await this.registry.getWebhook({ credential, webhookId }));
    const data = body.data?.text ?? (await this.example(webhook.eventType, caller));
    const { deliveryId, event } = carriedOut(await this.dispatcher.sendTest({ credential, webhookId, data }));
    await this.acts.record(caller, 'webhook.tested', webhookId);
    return { delivery_id: deliveryId, event };
  }

  private async example(eventType: string, caller: Caller): Promise<string> {
    const type = (await this.catalogues.having([eventType], caller)).get(eventType);
    const example = type === undefined ? null : exampleOf(type);
    if (example !== null) return example;
    throw wrongMember('data', `is required: the type ${eventType} has no example`);
  }
}
