import { Controller, Get, Inject, Param, Query, Res, UseGuards } from '@nestjs/common';
import type { Registry, WebhookSummary } from '@sluice/contracts/registry-commands';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { Fault, faultOf } from '../refusals/fault.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;

/** An account's webhooks, as its management API shows them. */
@Controller('v1/webhooks')
@UseGuards(CallerGuard)
export class WebhooksController {
  constructor(@Inject(REGISTRY) private readonly registry: Registry) {}

  /** The caller's webhooks, the newest first; `?limit=` up to 1,000, 100 by default. */
  @Get()
  @Requires('read')
  async list(
    @Query('limit') limit: unknown,
    @CurrentCaller() { credential }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const wanted = limit === undefined ? DEFAULT_LIMIT : Number(limit);
    if (!Number.isInteger(wanted) || wanted < 1 || wanted > MAX_LIMIT) {
      const message = `must be a whole number from 1 to ${MAX_LIMIT}`;
      throw new Fault(400, `limit ${message}`, { errors: [{ path: 'limit', message }] });
    }
    const result = await this.registry.listWebhooks({ credential, limit: wanted });
    if (!result.ok) throw faultOf(result.refusal);
    reply.type(JSON_TYPE).send(`{"webhooks":[${result.value.webhooks.map(webhookText).join(',')}]}`);
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
    endpoint: webhook.endpoint,
    event_type: webhook.eventType,
    state: webhook.state,
    disabled_reason: webhook.disabledReason,
    created_at: webhook.createdAt,
  };
  return `${JSON.stringify(members).slice(0, -1)},"filter":${filter ?? 'null'}}`;
};
