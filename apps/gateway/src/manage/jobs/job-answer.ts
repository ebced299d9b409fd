import type { Job, JobRequest } from '@sluice/contracts/job-commands';
import type { ShownJob } from './job-schemas.js';

/** A job in the names of our public API. */
export const jobAnswer = (job: Job): ShownJob => ({
  id: job.id,
  kind: job.request.kind,
  webhook_ids: job.webhookIds,
  ...askedFor(job.request),
  rate: job.rate,
  state: job.state,
  reason: job.reason,
  progress: { total: job.total, done: job.done, inserted: job.inserted, not_possible: job.notPossible },
  notes: job.notes,
  created_at: job.createdAt,
  ended_at: job.endedAt,
});

function askedFor(request: JobRequest): Partial<ShownJob> {
  if ('deliveryId' in request) return { delivery_id: request.deliveryId };
  if (request.kind === 'backfill') return { start_from: request.startFrom };
  if (request.kind === 'replay') return { from: request.from, to: request.to, as: request.as };
  if (request.kind === 'try_now') return {};
  return { states: request.states, since: request.since };
}
