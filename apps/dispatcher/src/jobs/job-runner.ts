import type { JobRequest } from '@sluice/contracts/job-commands';
import { StreamUnavailable } from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Pool } from 'pg';
import type { OwnLeases } from '../retry/own-leases.js';
import type { CurrentIndex } from '../webhooks/current-index.js';
import type { IndexedWebhook } from '../webhooks/indexed-webhook.js';
import type { Found, JobPart, JobSource, LeasedJob, StepEnd } from './job.js';
import { claimJob, endStep } from './job-leases.js';
import { writeStep } from './write-step.js';

export interface JobRunnerParts {
  pool: Pool;
  clock: Clock;
  logger: Logger;
  leases: Pick<OwnLeases, 'next'>;
  current: Pick<CurrentIndex, 'webhook'>;
  sources: Record<JobRequest['kind'], JobSource>;
  /** Called after each step that made rows: they can be claimed. */
  made: () => void;
}

/** Rows of one step: half a second's worth, and no more than one statement should write. */
const STEP_S = 0.5;
const MOST_ROWS = 500;
/** A job adds nothing to a webhook that has so many pending rows: what it has still to do is better off where it is. */
const MOST_PENDING = 1_000;
const WAIT_MS = 1_000;
/** So many steps that fail, one after the other, are enough. */
const MOST_FAILURES = 10;
const LONGEST_BACKOFF_MS = 60_000;

const BACKLOG =
  'select count(*)::int as count from (select from dispatch.pending where webhook_id = $1 limit $2) pending';

const NOTHING = { plan: null, total: null, done: 0, inserted: 0, notPossible: 0, notes: [], failures: 0 };

/** Does jobs, a step at a time: whichever dispatcher has a job's lease does its next one. */
export class JobRunner {
  readonly #parts: JobRunnerParts;

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
  }

  /** One step of the job that is due the longest; false when none is. */
  async step(): Promise<boolean> {
    const { pool, clock, leases } = this.#parts;
    const job = await claimJob(pool, leases.next(), clock.shiftMs);
    if (job === null) return false;
    try {
      await this.#stepOf(job);
    } catch (error) {
      await this.#failed(job, error);
    }
    return true;
  }

  async #stepOf(job: LeasedJob): Promise<void> {
    const { pool, clock, sources, made } = this.#parts;
    const turn = await this.#turn(job);
    if ('waitsFor' in turn) return this.#pass(job, turn.waitsFor);
    const found = await sources[job.request.kind].next(job, turn.part, turn.room);
    let insertedRows = 0;
    const end = (inserted: number): StepEnd => {
      insertedRows = inserted;
      return afterStep(job, turn.part, found, inserted);
    };
    const isWritten = await writeStep(pool, job, found, end, clock.shiftMs);
    if (isWritten && insertedRows > 0) made();
  }

  /** The first webhook that can be served now, with how many rows it may get; otherwise what they all wait for, if there are any. */
  async #turn(job: LeasedJob): Promise<{ part: JobPart; room: number } | { waitsFor: string | null }> {
    const step = Math.min(Math.max(Math.floor(job.rate * STEP_S), 1), MOST_ROWS);
    let waitsFor: string | null = null;
    for (const part of job.parts) {
      if (part.over) continue;
      const webhook = await this.#parts.current.webhook(part.webhookId);
      const standing = webhook?.standing ?? 'deleted';
      if (standing === 'deleted' || standing === 'disabled') {
        part.over = true;
        part.cutShort = `the webhook ${part.webhookId} was ${standing}`;
      } else if (standing === 'paused') {
        waitsFor ??= `the webhook ${part.webhookId} is paused`;
      } else if (webhook !== undefined && enabledAtMs(webhook) > job.claimedAtMs) {
        // What is older than that ended by the disabling before, by the registry's clock.
        waitsFor ??= `the webhook ${part.webhookId} was enabled just now`;
      } else {
        const adds = job.request.kind !== 'try_now';
        const room = adds ? Math.min(step, MOST_PENDING - (await this.#backlog(part.webhookId))) : step;
        if (room >= 1) return { part, room };
        waitsFor ??= `the webhook ${part.webhookId} has ${MOST_PENDING} pending deliveries`;
      }
    }
    return { waitsFor };
  }

  async #backlog(webhookId: string): Promise<number> {
    const { rows } = await this.#parts.pool.query<{ count: number }>(BACKLOG, [webhookId, MOST_PENDING]);
    return rows[0]!.count;
  }

  /** Nothing can be done now, or ever: then it has ended. */
  async #pass(job: LeasedJob, waitsFor: string | null): Promise<void> {
    const { pool, clock } = this.#parts;
    const { parts } = job;
    const ended = waitsFor === null ? endOf(parts) : { state: 'running' as const, reason: waitsFor };
    await endStep(pool, job, { ...NOTHING, ...ended, parts, dueInMs: WAIT_MS }, clock.shiftMs);
  }

  async #failed(job: LeasedJob, error: unknown): Promise<void> {
    const { pool, clock, logger } = this.#parts;
    logger.warn({ err: error, jobId: job.id, failures: job.failures + 1 }, 'job.step_failed');
    const isAway = error instanceof StreamUnavailable;
    const failures = isAway ? job.failures : job.failures + 1;
    const waits = {
      state: 'running',
      reason: isAway ? 'the stream is away' : 'a step failed and is tried again',
    } as const;
    const gaveUp = {
      state: 'failed',
      reason: `${failures} steps failed one after the other; the log says why`,
    } as const;
    await endStep(
      pool,
      job,
      {
        ...NOTHING,
        ...(failures < MOST_FAILURES ? waits : gaveUp),
        parts: job.parts,
        failures,
        dueInMs: Math.min(WAIT_MS * 2 ** failures, LONGEST_BACKOFF_MS),
      },
      clock.shiftMs,
    );
  }
}

const enabledAtMs = ({ webhook }: IndexedWebhook): number =>
  webhook.dialect === 'airstack' && webhook.enabledAt !== null ? Date.parse(webhook.enabledAt) : 0;

/** The webhook that was served has its next turn after the others; what was made takes its time at the job's rate. */
function afterStep(job: LeasedJob, part: JobPart, found: Found, inserted: number): StepEnd {
  const { done, notPossible, notes, cursor, over, plan = null, total = null, waitsFor } = found;
  const parts = [...job.parts.filter((other) => other !== part), { ...part, cursor, over }];
  const ended = waitsFor === undefined ? endOf(parts) : ({ state: 'running', reason: waitsFor } as const);
  const dueInMs = Math.max((inserted / job.rate) * 1_000, waitsFor === undefined ? 0 : WAIT_MS);
  return { ...NOTHING, ...ended, parts, plan, total, done, inserted, notPossible, notes, dueInMs };
}

/** A job has ended when all of its webhooks are over; it is cancelled if none of them came to its end. */
function endOf(parts: readonly JobPart[]): Pick<StepEnd, 'state' | 'reason'> {
  if (parts.some(({ over }) => !over)) return { state: 'running', reason: null };
  const cutShort = parts.flatMap((part) => part.cutShort ?? []);
  return { state: cutShort.length === parts.length ? 'cancelled' : 'done', reason: cutShort.join('; ') || null };
}
