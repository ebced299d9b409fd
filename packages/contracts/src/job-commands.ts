import { z } from 'zod';
import type { Commands, CommandTable } from './commands.js';
import { resultOf } from './result.js';

/** Webhooks of one job: each is served in turn. */
const webhookIds = z.array(z.string()).min(1).max(100);

/**
 * What is to be done by hand. Moments are ISO 8601 in UTC.
 * - `resend`: a delivery that ended, or all of the webhooks that ended so since a moment, are pending again.
 * - `replay`: what the webhooks match now of the events that were accepted from `from` on and before `to`. As itself each
 *   has the id that it would have had, and is sent again if it ended; as new it has an id that nobody has seen.
 * - `backfill`: what the webhook matches now of the events that were accepted from a moment on, as far as it has not got it.
 *   What comes while it is done is for the webhook, too.
 * - `try_now`: what waits for its next attempt at the webhooks makes it now, each once.
 */
export const JobRequest = z.union([
  z.object({ kind: z.literal('resend'), deliveryId: z.string() }),
  z.object({
    kind: z.literal('resend'),
    webhookIds,
    states: z.array(z.enum(['exhausted', 'cancelled'])).min(1),
    since: z.iso.datetime(),
  }),
  z.object({
    kind: z.literal('replay'),
    webhookIds,
    from: z.iso.datetime(),
    /** Null becomes the moment in which the job is made. */
    to: z.iso.datetime().nullable(),
    as: z.enum(['itself', 'new']),
  }),
  z.object({
    kind: z.literal('backfill'),
    webhookId: z.string(),
    startFrom: z.union([z.literal('earliest'), z.iso.datetime()]),
  }),
  z.object({ kind: z.literal('try_now'), webhookIds }),
]);
export type JobRequest = z.infer<typeof JobRequest>;

/** The kinds that this version knows: a later one may have stored others. */
export const JOB_KINDS = ['resend', 'replay', 'backfill', 'try_now'] as const satisfies readonly JobRequest['kind'][];

export const Job = z.object({
  id: z.string(),
  request: JobRequest,
  webhookIds: z.array(z.string()),
  /** Deliveries a second that it makes at most. */
  rate: z.number(),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  /** Why it ended so, or what a running one waits for. */
  reason: z.string().nullable(),
  /** What is to be looked at in all, deliveries or records of the stream; null while that is not known. */
  total: z.number().int().nullable(),
  /** What was looked at. */
  done: z.number().int(),
  /** Deliveries that were made, or made pending again. */
  inserted: z.number().int(),
  /** What can't be delivered any more, as `notes` say. */
  notPossible: z.number().int(),
  notes: z.array(z.string()),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
});
export type Job = z.infer<typeof Job>;

const credential = z.string();
const jobId = z.string();

/** What is done by hand, as jobs of the caller's account: the dispatcher does them in steps and remembers each. */
export const jobCommands = {
  /** `rate`: deliveries a second. `from`: the caller's address, for the audit trail. */
  createJob: {
    request: z.object({
      credential,
      request: JobRequest,
      rate: z.number().positive().optional(),
      from: z.string().max(200).optional(),
    }),
    response: resultOf(Job),
  },
  /** The newest first; `before` goes on after the last one of a page, while there are `more`. */
  listJobs: {
    request: z.object({ credential, limit: z.number().int().min(1).max(1_000), before: z.string().optional() }),
    response: resultOf(z.object({ jobs: z.array(Job), more: z.boolean() })),
  },
  getJob: {
    request: z.object({ credential, jobId }),
    response: resultOf(Job),
  },
  /** Nothing is made by it from the answer on. Cancelling a cancelled one changes nothing. */
  cancelJob: {
    request: z.object({ credential, jobId }),
    /** `changed`: it was not cancelled before. Absent in the answer of a dispatcher that does not tell. */
    response: resultOf(Job.extend({ changed: z.boolean().optional() })),
  },
} satisfies CommandTable;

export type Jobs = Commands<typeof jobCommands>;
