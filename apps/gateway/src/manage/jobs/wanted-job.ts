import type { JobRequest } from '@sluice/contracts/job-commands';
import type { NewJob } from './job-schemas.js';

/** What a job is to do, in the words of the dispatcher, and at which `rate`. */
export function wantedOf(job: NewJob): { request: JobRequest; rate?: number } {
  return { request: requestOf(job), ...(job.rate == null ? {} : { rate: job.rate }) };
}

function requestOf(job: NewJob): JobRequest {
  switch (job.kind) {
    case 'backfill':
      return { kind: 'backfill', webhookId: job.webhook_id, startFrom: job.start_from };
    case 'replay':
      return { kind: 'replay', webhookIds: job.webhook_ids, from: job.from, to: job.to ?? null, as: job.as };
    case 'try_now':
      return { kind: 'try_now', webhookIds: job.webhook_ids };
    case 'resend':
      if ('delivery_id' in job) return { kind: 'resend', deliveryId: job.delivery_id };
      return { kind: 'resend', webhookIds: job.webhook_ids, states: job.states ?? ['exhausted'], since: job.since };
  }
}
