import type { Job, JobRequest, Jobs } from '@sluice/contracts/job-commands';
import type { Principal, Purpose } from '@sluice/contracts/principal';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { Pool } from 'pg';
import { ulid } from 'ulid';
import { readDelivery } from '../deliveries/read-delivery.js';
import { hurry } from '../retry/hurry.js';
import { checkWebhook } from '../webhooks/check-webhook.js';
import type { CurrentIndex } from '../webhooks/current-index.js';
import { cancelJob, insertJob, MOST_RUNNING, readJob, readJobs, releaseJob, withdrawJob } from './job-rows.js';
import { countFailed } from './resend.js';
import { countWaiting } from './try-now.js';

export interface JobCommandParts {
  registry: Pick<Registry, 'authorize' | 'startWebhookFrom'>;
  pool: Pool;
  clock: Clock;
  current: Pick<CurrentIndex, 'webhook'>;
  /** Called when there is a job to do. */
  created: () => void;
}

/** The gateway's clock, by which nothing is in the future, may be ahead of ours. */
const CLOCKS_DIFFER_MS = 60_000;
/** Deliveries a second, if nothing is said. */
const DEFAULT_RATE = 1_000;
/** A backfill waits for its webhook's start, no longer than the gateway does: it goes on by itself if this process ends meanwhile. */
const HELD_MS = 30_000;
const UNKNOWN_JOB = refused('not_found', 'there is no such job');
const UNKNOWN_DELIVERY = refused('not_found', 'there is no such delivery', 'delivery_id');

type BackfillRequest = Extract<JobRequest, { kind: 'backfill' }>;

/** What a job is about, once it is known that the account may. */
interface Checked {
  webhookIds: string[];
  total: number | null;
}

/** The dispatcher's answers about jobs: whoever holds a credential has them done to what is its account's, and sees those alone. */
export const serveJobs = (parts: JobCommandParts): Jobs => {
  const { registry, pool, clock, created } = parts;

  /** Does it as the account of the credential, if that may. */
  const as = async <T>(credential: string, purpose: Purpose, work: (caller: Principal) => Promise<Result<T>>) => {
    const caller = await registry.authorize({ credential, purpose });
    return caller.ok ? work(caller.value) : caller;
  };
  const found = (job: Job | null): Result<Job> => (job === null ? UNKNOWN_JOB : accepted(job));

  return {
    createJob: ({ credential, request: asked, rate = DEFAULT_RATE, from: askedFrom }) =>
      as(credential, 'subscribe', async ({ accountId, keyId: askedBy }) => {
        const request = ended(asked, clock.nowMs());
        const checked = await check(parts, accountId, request);
        if (!checked.ok) return checked;
        const id = `job_${ulid(clock.nowMs())}`;
        const job = { id, accountId, request, rate, askedBy, askedFrom, ...checked.value };
        // The place among the running ones first: a backfill that is refused for want of one leaves its webhook as it was.
        const inserted = await insertJob(pool, job, clock.shiftMs, request.kind === 'backfill' ? HELD_MS : 0);
        if (inserted === null) return refused('too_many', `${MOST_RUNNING} jobs are running: wait until one has ended`);
        if (request.kind === 'backfill') {
          const started = await startHeld(parts, { id, credential, request, from: askedFrom });
          if (!started.ok) return started;
        }
        if ('deliveryId' in request) await hurry(pool, accountId, [request.deliveryId], clock.shiftMs);
        created();
        return accepted(inserted);
      }),

    listJobs: ({ credential, limit, before }) =>
      as(credential, 'read', async ({ accountId }) => {
        const jobs = await readJobs(pool, accountId, { limit: limit + 1, before });
        return accepted({ jobs: jobs.slice(0, limit), more: jobs.length > limit });
      }),

    getJob: ({ credential, jobId }) =>
      as(credential, 'read', async ({ accountId }) => found(await readJob(pool, accountId, jobId))),

    cancelJob: ({ credential, jobId }) =>
      as(credential, 'subscribe', async ({ accountId }) => {
        const changed = await cancelJob(pool, accountId, jobId, clock.shiftMs);
        const job = await readJob(pool, accountId, jobId);
        if (job?.state === 'done' || job?.state === 'failed') {
          return refused('conflict', `the job has ended already: it is ${job.state}`);
        }
        return job === null ? UNKNOWN_JOB : accepted({ ...job, changed });
      }),
  };
};

async function check(parts: JobCommandParts, accountId: string, request: JobRequest): Promise<Result<Checked>> {
  if ('deliveryId' in request) return checkDelivery(parts, accountId, request.deliveryId);
  if (request.kind === 'backfill') return checkBackfill(parts, accountId, request);
  const range = request.kind === 'replay' ? checkRange(request, parts.clock.nowMs()) : accepted(null);
  if (!range.ok) return range;
  for (const [index, webhookId] of request.webhookIds.entries()) {
    const webhook = await checkWebhook(parts, accountId, webhookId, `webhook_ids.${index}`);
    if (!webhook.ok) return webhook;
  }
  const webhookIds = [...new Set(request.webhookIds)];
  if (request.kind === 'replay') return accepted({ webhookIds, total: null });
  if (request.kind === 'try_now') {
    const { pool, clock } = parts;
    return accepted({ webhookIds, total: await countWaiting(pool, accountId, webhookIds, clock.shiftMs) });
  }
  return accepted({ webhookIds, total: await countFailed(parts.pool, accountId, { ...request, webhookIds }) });
}

/** A replay until now ends in this moment. */
const ended = (request: JobRequest, nowMs: number): JobRequest =>
  request.kind === 'replay' ? { ...request, to: request.to ?? new Date(nowMs).toISOString() } : request;

function checkRange({ from, to }: { from: string; to: string | null }, nowMs: number): Result<null> {
  if (to === null) return accepted(null);
  if (Date.parse(to) > nowMs + CLOCKS_DIFFER_MS) return refused('invalid', 'to must not be in the future', 'to');
  return Date.parse(from) < Date.parse(to) ? accepted(null) : refused('invalid', 'from must be before to', 'from');
}

async function checkBackfill(
  parts: JobCommandParts,
  accountId: string,
  { webhookId, startFrom }: BackfillRequest,
): Promise<Result<Checked>> {
  if (startFrom !== 'earliest' && Date.parse(startFrom) > parts.clock.nowMs() + CLOCKS_DIFFER_MS) {
    return refused('invalid', 'start_from must not be in the future', 'start_from');
  }
  const webhook = await checkWebhook(parts, accountId, webhookId, 'webhook_id');
  return webhook.ok ? accepted({ webhookIds: [webhookId], total: null }) : webhook;
}

/**
 * From now on every dispatcher matches for the webhook what the job will not read, and the job may begin. Where the webhook
 * can't be started, there is no job.
 */
async function startHeld(
  { registry, pool, clock }: JobCommandParts,
  held: { id: string; credential: string; request: BackfillRequest; from: string | undefined },
): Promise<Result<unknown>> {
  const { id, credential, request, from } = held;
  const { webhookId, startFrom } = request;
  let isStarted = false;
  try {
    const started = await registry.startWebhookFrom({ credential, webhookId, startFrom, from });
    isStarted = started.ok;
    return started;
  } finally {
    await (isStarted ? releaseJob(pool, id, clock.shiftMs) : withdrawJob(pool, id));
  }
}

async function checkDelivery(parts: JobCommandParts, accountId: string, id: string): Promise<Result<Checked>> {
  const delivery = await readDelivery(parts.pool, accountId, id);
  if (delivery === null) return UNKNOWN_DELIVERY;
  const { state, webhookId } = delivery;
  const webhook = await checkWebhook(parts, accountId, webhookId, 'delivery_id');
  if (webhook.ok) return accepted({ webhookIds: [webhookId], total: state === 'pending' ? 0 : 1 });
  const { code } = webhook.refusal;
  return code === 'not_found' ? refused('conflict', 'the webhook of the delivery was deleted', 'delivery_id') : webhook;
}
