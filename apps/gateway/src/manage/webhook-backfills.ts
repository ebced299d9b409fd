import type { Job, Jobs } from '@sluice/contracts/job-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Logger } from '@sluice/service-kit/logger';
import type { Caller } from '../authenticate/caller.js';
import { carriedOut } from './carried-out.js';

/** What new webhooks get of the time before them. */
export class WebhookBackfills {
  constructor(
    private readonly registry: Pick<Registry, 'deleteWebhook'>,
    private readonly dispatcher: Pick<Jobs, 'createJob'>,
    private readonly logger: Logger,
  ) {}

  /** The job that does it. If there can be none there is no webhook either: who asked for both does not get half of it. */
  async begin(webhookId: string, startFrom: string, { credential, address: from }: Caller): Promise<Job> {
    const request = { kind: 'backfill', webhookId, startFrom } as const;
    try {
      return carriedOut(await this.dispatcher.createJob({ credential, request, from }));
    } catch (fault) {
      try {
        carriedOut(await this.registry.deleteWebhook({ credential, webhookId, from }));
      } catch (error) {
        this.logger.error({ err: error, webhookId }, 'webhook.left_without_backfill');
      }
      throw fault;
    }
  }
}
