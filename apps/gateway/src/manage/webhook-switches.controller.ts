import { Controller, HttpCode, Inject, Param, Post, Res, UseGuards } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import { Revisions } from '@sluice/service-kit/revisions';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { NoBodyGuard } from '../server/no-body-guard.js';
import { QueryGuard } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';
import { sendJson, webhookText } from './webhook-answer.js';

type Turn = Parameters<Registry['switchWebhook']>[0]['turn'];

/** The switches of a webhook. Each answers with the webhook, when every dispatcher goes by it; turning twice changes nothing. */
@Controller('v1/webhooks/:id')
@UseGuards(CallerGuard, QueryGuard, NoBodyGuard)
export class WebhookSwitchesController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(Revisions) private readonly revisions: Revisions,
  ) {}

  /** What is pending is kept, and what comes, until it is resumed. */
  @Post('pause')
  @HttpCode(200)
  @Requires('subscribe')
  pause(@Param('id') id: string, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    return this.turn('pause', id, caller, reply);
  }

  @Post('resume')
  @HttpCode(200)
  @Requires('subscribe')
  resume(@Param('id') id: string, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    return this.turn('resume', id, caller, reply);
  }

  /** What is pending ends as cancelled, and nothing more comes until it is enabled. */
  @Post('disable')
  @HttpCode(200)
  @Requires('subscribe')
  disable(@Param('id') id: string, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    return this.turn('disable', id, caller, reply);
  }

  /** A fresh start, whoever disabled it. */
  @Post('enable')
  @HttpCode(200)
  @Requires('subscribe')
  enable(@Param('id') id: string, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    return this.turn('enable', id, caller, reply);
  }

  private async turn(turn: Turn, webhookId: string, caller: Caller, reply: FastifyReply): Promise<void> {
    const { credential, address: from } = caller;
    const result = await this.registry.switchWebhook({ credential, webhookId, turn, from });
    const { webhook, revision } = carriedOut(result);
    this.revisions.seen(revision);
    sendJson(reply, webhookText(webhook));
  }
}
