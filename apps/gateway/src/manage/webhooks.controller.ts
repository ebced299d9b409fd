import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Clock } from '@sluice/service-kit/clock';
import { Revisions } from '@sluice/service-kit/revisions';
import { ServiceUnavailable } from '@sluice/service-kit/service-unavailable';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { CLOCK, REGISTRY } from '../parts.js';
import { PortalLinks } from '../portal/portal-links.js';
import { JsonMembers } from '../server/json-body.js';
import { QueryGuard, TakesQuery } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';
import { jobAnswer } from './job-answer.js';
import { pageLimit } from './page.js';
import { readNewWebhook, readWebhookChange } from './read-webhook.js';
import { sendJson, webhookText } from './webhook-answer.js';
import { WebhookBackfills } from './webhook-backfills.js';
import { cursorAfter, searchOf, webhookBefore, webhookStateOf } from './webhook-page.js';

/** An account's webhooks, as its management API shows and changes them. */
@Controller('v1/webhooks')
@UseGuards(CallerGuard, QueryGuard)
export class WebhooksController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(Revisions) private readonly revisions: Revisions,
    @Inject(PortalLinks) private readonly portalLinks: PortalLinks,
    @Inject(WebhookBackfills) private readonly backfills: WebhookBackfills,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A page of the caller's webhooks, the newest first; `next_cursor` is null on the last one. */
  @Get()
  @Requires('read')
  @TakesQuery('limit', 'cursor', 'search', 'state')
  async list(
    @Query() { limit, cursor, search, state }: Record<string, unknown>,
    @CurrentCaller() { credential }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const wanted = {
      limit: pageLimit(limit),
      before: webhookBefore(cursor),
      search: searchOf(search),
      state: webhookStateOf(state),
    };
    const result = await this.registry.listWebhooks({ credential, ...wanted });
    const { webhooks, more = false } = carriedOut(result);
    const last = webhooks.at(-1);
    const next = more && last !== undefined ? cursorAfter(last.id) : null;
    const list = webhooks.map((webhook) => webhookText(webhook)).join(',');
    sendJson(reply, `{"webhooks":[${list}],"next_cursor":${JSON.stringify(next)}}`);
  }

  /**
   * A new webhook for events of the catalogue. The answer has the secrets that its deliveries carry, and the job that brings
   * it what was accepted since `start_from`.
   */
  @Post()
  @HttpCode(201)
  @Requires('subscribe')
  async create(
    @Req() request: FastifyRequest,
    @CurrentCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { credential, address: from } = caller;
    const { startFrom, ...wanted } = readNewWebhook(JsonMembers.of(request), this.clock.nowMs());
    const v1 = { dialect: 'airstack', face: 'v1' } as const;
    const created = carriedOut(await this.registry.createWebhook({ credential, from, ...wanted, ...v1 }));
    if (created.webhook === undefined) throw new ServiceUnavailable('the registry knows no options of webhooks yet');
    this.revisions.seen(created.revision);
    const job = startFrom === null ? null : await this.backfills.begin(created.id, startFrom, caller);
    const shownOnce = {
      header: created.header,
      signing_secret: created.signingSecret,
      portal_link: created.portalToken === null ? null : this.portalLinks.of(created.portalToken, request),
      ...(job === null ? {} : { job: jobAnswer(job) }),
    };
    sendJson(reply, webhookText(created.webhook, shownOnce));
  }

  /** One webhook, of either dialect. */
  @Get(':id')
  @Requires('read')
  async get(
    @Param('id') webhookId: string,
    @CurrentCaller() { credential }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { webhook } = carriedOut(await this.registry.getWebhook({ credential, webhookId }));
    sendJson(reply, webhookText(webhook));
  }

  /** Changes what the body names, and answers with the webhook when every dispatcher goes by it. */
  @Patch(':id')
  @Requires('subscribe')
  async change(
    @Param('id') webhookId: string,
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, address: from }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const wanted = readWebhookChange(JsonMembers.of(request));
    const result = await this.registry.updateWebhook({ credential, webhookId, from, ...wanted });
    const { webhook, revision } = carriedOut(result);
    this.revisions.seen(revision);
    sendJson(reply, webhookText(webhook));
  }

  /** No attempt starts for it once this is answered. */
  @Delete(':id')
  @Requires('subscribe')
  async delete(@Param('id') webhookId: string, @CurrentCaller() { credential, address: from }: Caller) {
    const { revision } = carriedOut(await this.registry.deleteWebhook({ credential, webhookId, from }));
    this.revisions.seen(revision);
    return { webhook_id: webhookId, deleted: true };
  }

  /** The secret that the webhook's deliveries are signed with, for whoever lost the answer to its creation. */
  @Get(':id/secret')
  @Requires('subscribe')
  async secret(@Param('id') webhookId: string, @CurrentCaller() { credential, address: from }: Caller) {
    const { secret } = carriedOut(await this.registry.webhookSecret({ credential, webhookId, from }));
    return { webhook_id: webhookId, signing_secret: secret };
  }
}
