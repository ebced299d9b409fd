import { Controller, Inject, Param, Post, Res } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import { Revisions } from '@sluice/service-kit/revisions';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Operation } from '../../operations/operation.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { REGISTRY } from '../../services/parts.js';
import { sendJson, webhookText } from './webhook-answer.js';
import { disableWebhook, enableWebhook, pauseWebhook, resumeWebhook } from './webhook-operations.js';

type Turn = Parameters<Registry['switchWebhook']>[0]['turn'];

/** The switches of a webhook. Each answers with the webhook, when every dispatcher goes by it; turning twice changes nothing. */
@Controller('v1/webhooks/:id')
export class WebhookSwitchesController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(Revisions) private readonly revisions: Revisions,
  ) {}

  @Post('pause')
  @Operation(pauseWebhook)
  pause(@Param('id') id: string, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    return this.turn('pause', id, caller, reply);
  }

  @Post('resume')
  @Operation(resumeWebhook)
  resume(@Param('id') id: string, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    return this.turn('resume', id, caller, reply);
  }

  @Post('disable')
  @Operation(disableWebhook)
  disable(@Param('id') id: string, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    return this.turn('disable', id, caller, reply);
  }

  @Post('enable')
  @Operation(enableWebhook)
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
