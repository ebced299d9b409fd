import type { JobRequest, Job as ShownJob } from '@sluice/contracts/job-commands';
import type { EventDelivery } from '../model/delivery.js';
import type { Stretch } from './stretches.js';

/** What is left to do for one webhook. */
export interface JobPart {
  webhookId: string;
  /** Where its source goes on, in the source's own form; null at its beginning. */
  cursor: unknown;
  over: boolean;
  /** Why it is over before everything was done. */
  cutShort?: string;
}

/** A job that nobody else works on until its lease is over or given back. */
export interface LeasedJob {
  id: string;
  accountId: string;
  request: JobRequest;
  /** Deliveries a second. */
  rate: number;
  /** The one whose turn it is first. */
  parts: JobPart[];
  /** What is to be read of the stream, for each of its webhooks; null as long as that is not settled. */
  plan: Stretch[] | null;
  /** Steps that failed, one after the other. */
  failures: number;
  /** By the database's clock, as text that PostgreSQL reads back to the microsecond. */
  createdAt: string;
  lease: string;
  /** When it was claimed, by the same clock: milliseconds since the epoch. */
  claimedAtMs: number;
}

/** An event for a webhook that is to be made pending, with the number of the attempt that it begins with. */
export type MadeDelivery = Omit<EventDelivery, 'origin' | 'run'>;

/** What a source found to do for one webhook. */
export interface Found {
  /** No more than there was room for. */
  deliveries: MadeDelivery[];
  /** Ids of pending deliveries whose next attempt is to be made now. */
  hurried?: string[];
  cursor: unknown;
  /** Nothing comes after these. */
  over: boolean;
  /** What was looked at, in the measure of the job's total. */
  done: number;
  notPossible: number;
  notes: string[];
  /** The job's plan and total, once they are settled. */
  plan?: Stretch[];
  total?: number;
  /** Why there may be more later, and nothing now. */
  waitsFor?: string;
}

/** Where a kind of job has its deliveries from. Reads only: what it finds is written with its cursor, as one. */
export interface JobSource {
  next(job: LeasedJob, part: JobPart, room: number): Promise<Found>;
}

/** What a step leaves behind. */
export interface StepEnd {
  parts: readonly JobPart[];
  /** Null: as before. */
  plan: readonly Stretch[] | null;
  total: number | null;
  done: number;
  inserted: number;
  notPossible: number;
  notes: readonly string[];
  state: ShownJob['state'];
  reason: string | null;
  failures: number;
  /** When the next step may begin. */
  dueInMs: number;
}
