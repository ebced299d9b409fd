import { Controller, Get, Inject, Param, Query, Res, UseGuards } from '@nestjs/common';
import type { Registry, WebhookSummary } from '@sluice/contracts/registry-commands';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { faultOf } from '../refusals/fault.js';
import { QueryGuard, TakesQuery } from '../server/query-guard.js';
import { cursorAfter, pageLimit, webhookBefore } from './webhook-page.js';

const JSON_TYPE = 'application/json; charset=utf-8';

/** An account's webhooks, as its management API shows them. */
@Controller('v1/webhooks')
@UseGuards(CallerGuard, QueryGuard)
export class WebhooksController {
  constructor(@Inject(REGISTRY) private readonly registry: Registry) {}

  /** A page of the caller's webhooks, the newest first; `next_cursor` is null on the last one. */
  @Get()
  @Requires('read')
  @TakesQuery('limit', 'cursor')
  async list(
    @Query('limit') limit: unknown,
    @Query('cursor') cursor: unknown,
    @CurrentCaller() { credential }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const before = webhookBefore(cursor);
    const result = await this.registry.listWebhooks({ credential, limit: pageLimit(limit), before });
    if (!result.ok) throw faultOf(result.refusal);
    const { webhooks, more = false } = result.value;
    const last = webhooks.at(-1);
    const next = more && last !== undefined ? cursorAfter(last.id) : null;
    const list = webhooks.map(webhookText).join(',');
    reply.type(JSON_TYPE).send(`{"webhooks":[${list}],"next_cursor":${JSON.stringify(next)}}`);
  }

  /** The secret that the webhook's deliveries are signed with, for whoever lost the answer to its creation. */
  @Get(':id/secret')
  @Requires('subscribe')
  async secret(@Param('id') webhookId: string, @CurrentCaller() { credential, address }: Caller) {
    const result = await this.registry.webhookSecret({ credential, webhookId, from: address });
    if (!result.ok) throw faultOf(result.refusal);
    return { webhook_id: webhookId, signing_secret: result.value.secret };
  }
}

/** The filter goes out as the text that came in: parsing it would change its numbers. */
const webhookText = ({ filter, ...webhook }: WebhookSummary): string => {
  const members = {
    webhook_id: webhook.id,
    dialect: webhook.dialect,
    base_id: webhook.baseId,
    endpoint: webhook.endpoint,
    event_type: webhook.eventType,
    state: webhook.state,
    disabled_reason: webhook.disabledReason,
    created_at: webhook.createdAt,
  };
  return `${JSON.stringify(members).slice(0, -1)},"filter":${filter ?? 'null'}}`;
};
