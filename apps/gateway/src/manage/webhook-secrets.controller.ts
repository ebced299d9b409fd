import { Controller, Get, Inject, Param, UseGuards } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { faultOf } from '../refusals/fault.js';

@Controller('v1/webhooks')
@UseGuards(CallerGuard)
export class WebhookSecretsController {
  constructor(@Inject(REGISTRY) private readonly registry: Registry) {}

  /** The secret that the webhook's deliveries are signed with, for whoever lost the answer to its creation. */
  @Get(':id/secret')
  @Requires('subscribe')
  async secret(@Param('id') webhookId: string, @CurrentCaller() { credential }: Caller) {
    const result = await this.registry.webhookSecret({ credential, webhookId });
    if (!result.ok) throw faultOf(result.refusal);
    return { webhook_id: webhookId, signing_secret: result.value.secret };
  }
}
