import { Controller, Delete, Get, Inject, Param, Patch, Post, Req, Res } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Clock } from '@sluice/service-kit/clock';
import { Revisions } from '@sluice/service-kit/revisions';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { Operation } from '../../operations/operation.js';
import { cursorBehind } from '../../operations/page.js';
import { PortalLinks } from '../../portal/portal-links.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { showState, wantedStates } from '../../server/conditions.js';
import { CLOCK, REGISTRY } from '../../services/parts.js';
import { jobAnswer } from '../jobs/job-answer.js';
import { newWebhook, webhookChange } from './wanted-webhook.js';
import { sendJson, webhookText } from './webhook-answer.js';
import { WebhookBackfills } from './webhook-backfills.js';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  getWebhookSecret,
  listWebhooks,
  updateWebhook,
} from './webhook-operations.js';

/** An account's webhooks, as its management API shows and changes them. */
@Controller('v1/webhooks')
export class WebhooksController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(Revisions) private readonly revisions: Revisions,
    @Inject(PortalLinks) private readonly portalLinks: PortalLinks,
    @Inject(WebhookBackfills) private readonly backfills: WebhookBackfills,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Operation(listWebhooks)
  async list(
    @Asked() { query: { limit, cursor: before, search, state } }: Asked<typeof listWebhooks>,
    @CurrentCaller() { credential }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const wanted = { limit, before, search: search === '' ? undefined : search, state };
    const result = await this.registry.listWebhooks({ credential, ...wanted });
    const { webhooks, more = false } = carriedOut(result);
    const next = cursorBehind(webhooks, more, ({ id }) => id);
    const list = webhooks.map((webhook) => webhookText(webhook)).join(',');
    sendJson(reply, `{"webhooks":[${list}],"next_cursor":${JSON.stringify(next)}}`);
  }

  /**
   * A new webhook for events of the catalogue. The answer has the secrets that its deliveries carry, and the job that brings
   * it what was accepted since `start_from`.
   */
  @Post()
  @Operation(createWebhook)
  async create(
    @Req() request: FastifyRequest,
    @Asked() { body }: Asked<typeof createWebhook>,
    @CurrentCaller() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { credential, address: from } = caller;
    const { startFrom, ...wanted } = newWebhook(body, this.clock.nowMs());
    const v1 = { dialect: 'airstack', face: 'v1' } as const;
    const created = carriedOut(await this.registry.createWebhook({ credential, from, ...wanted, ...v1 }));
    this.revisions.seen(created.revision);
    // A registry of the version before does not show what it made.
    const webhook = created.webhook ?? (await this.shown(credential, created.id)).webhook;
    const job = startFrom === null ? null : await this.backfills.begin(created.id, startFrom, caller);
    const shownOnce = {
      header: created.header,
      signing_secret: created.signingSecret,
      portal_link: created.portalToken === null ? null : this.portalLinks.of(created.portalToken, request),
      ...(job === null ? {} : { job: jobAnswer(job) }),
    };
    sendJson(reply, webhookText(webhook, shownOnce));
  }

  @Get(':id')
  @Operation(getWebhook)
  async get(
    @Param('id') webhookId: string,
    @CurrentCaller() { credential }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { webhook, tag } = await this.shown(credential, webhookId);
    showState(reply, tag);
    sendJson(reply, webhookText(webhook));
  }

  @Patch(':id')
  @Operation(updateWebhook)
  async change(
    @Param('id') webhookId: string,
    @Req() request: FastifyRequest,
    @Asked() { body }: Asked<typeof updateWebhook>,
    @CurrentCaller() { credential, address: from }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const ifMatch = wantedStates(request);
    const result = await this.registry.updateWebhook({ credential, webhookId, ifMatch, from, ...webhookChange(body) });
    const { webhook, tag, revision } = carriedOut(result);
    this.revisions.seen(revision);
    showState(reply, tag);
    sendJson(reply, webhookText(webhook));
  }

  @Delete(':id')
  @Operation(deleteWebhook)
  async delete(
    @Param('id') webhookId: string,
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    const ifMatch = wantedStates(request);
    const { revision } = carriedOut(await this.registry.deleteWebhook({ credential, webhookId, ifMatch, from }));
    this.revisions.seen(revision);
    return { webhook_id: webhookId, deleted: true };
  }

  /** The secret that the webhook's deliveries are signed with, for whoever lost the answer to its creation. */
  @Get(':id/secret')
  @Operation(getWebhookSecret)
  async secret(@Param('id') webhookId: string, @CurrentCaller() { credential, address: from }: Caller) {
    const { secret } = carriedOut(await this.registry.webhookSecret({ credential, webhookId, from }));
    return { webhook_id: webhookId, signing_secret: secret };
  }

  private async shown(credential: string, webhookId: string) {
    return carriedOut(await this.registry.getWebhook({ credential, webhookId }));
  }
}
