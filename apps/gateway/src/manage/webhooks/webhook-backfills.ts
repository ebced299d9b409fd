import type { Job, Jobs } from '@sluice/contracts/job-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Logger } from '@sluice/service-kit/logger';
import type { Caller } from '../../authenticate/caller.js';
import { carriedOut } from '../../refusals/carried-out.js';
import type { DispatcherActs } from '../audit/dispatcher-acts.js';

interface Parts {
  registry: Pick<Registry, 'deleteWebhook'>;
  dispatcher: Pick<Jobs, 'createJob'>;
  acts: DispatcherActs;
  logger: Logger;
}

/** What new webhooks get of the time before them. */
export class WebhookBackfills {
  constructor(private readonly parts: Parts) {}

  /** The job that does it. If there can be none there is no webhook either: who asked for both does not get half of it. */
  async begin(webhookId: string, startFrom: string, caller: Caller): Promise<Job> {
    const { registry, dispatcher, acts, logger } = this.parts;
    const { credential, address: from } = caller;
    const request = { kind: 'backfill', webhookId, startFrom } as const;
    try {
      const job = carriedOut(await dispatcher.createJob({ credential, request, from }));
      await acts.record(caller, 'job.created', job.id);
      return job;
    } catch (fault) {
      try {
        carriedOut(await registry.deleteWebhook({ credential, webhookId, from }));
      } catch (error) {
        logger.error({ err: error, webhookId }, 'webhook.left_without_backfill');
      }
      throw fault;
    }
  }
}
