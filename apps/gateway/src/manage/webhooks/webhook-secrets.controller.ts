import { Controller, Inject, Param, Post } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import { Revisions } from '@sluice/service-kit/revisions';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { Operation } from '../../operations/operation.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { REGISTRY } from '../../services/parts.js';
import { rotateSecret } from './webhook-secret-operations.js';

/** What deliveries are signed with. */
@Controller('v1/webhooks')
export class WebhookSecretsController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(Revisions) private readonly revisions: Revisions,
  ) {}

  @Post(':id/secret/rotate')
  @Operation(rotateSecret)
  async rotate(
    @Param('id') webhookId: string,
    @Asked() { body: { keepPreviousSeconds } }: Asked<typeof rotateSecret>,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    const result = await this.registry.rotateWebhookSecret({ credential, webhookId, keepPreviousSeconds, from });
    const { secret, previousExpiresAt, revision } = carriedOut(result);
    this.revisions.seen(revision);
    return { webhook_id: webhookId, signing_secret: secret, previous_expires_at: previousExpiresAt };
  }
}
