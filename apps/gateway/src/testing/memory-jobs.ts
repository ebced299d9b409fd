import type { Deliveries, Delivery } from '@sluice/contracts/delivery-commands';
import type { Job, Jobs } from '@sluice/contracts/job-commands';
import { accepted, type Refusal, refused } from '@sluice/contracts/result';

const AT = '2026-06-01T09:30:00.000Z';

/** The dispatcher's contracts on jobs and deliveries as far as the gateway's tests need them. */
export class MemoryJobs {
  readonly jobs: Job[] = [];
  readonly deliveries: Delivery[] = [];
  readonly asked: { command: string; request: unknown }[] = [];
  /** What the creation of a job is refused with, or throws. */
  refusal: Refusal | Error | null = null;

  readonly commands: Jobs & Deliveries = {
    createJob: async (request) => {
      this.asked.push({ command: 'createJob', request });
      if (this.refusal instanceof Error) throw this.refusal;
      if (this.refusal !== null) return { ok: false, refusal: this.refusal };
      const job: Job = {
        id: `job_${String(this.jobs.length).padStart(26, '0')}`,
        request: request.request,
        webhookIds: 'webhookIds' in request.request ? request.request.webhookIds : ['webhook'],
        rate: request.rate ?? 1_000,
        ...{ state: 'running', reason: null, total: 7, done: 3, inserted: 2, notPossible: 1, notes: ['gone'] },
        ...{ createdAt: AT, endedAt: null },
      };
      this.jobs.unshift(job);
      return accepted(job);
    },
    listJobs: async (request) => {
      this.asked.push({ command: 'listJobs', request });
      const older = this.jobs.filter(({ id }) => request.before === undefined || id < request.before);
      return accepted({ jobs: older.slice(0, request.limit), more: older.length > request.limit });
    },
    getJob: async ({ jobId }) => {
      const job = this.jobs.find(({ id }) => id === jobId);
      return job === undefined ? refused('not_found', 'there is no such job') : accepted(job);
    },
    cancelJob: async ({ jobId }) => {
      const job = this.jobs.find(({ id }) => id === jobId);
      if (job === undefined) return refused('not_found', 'there is no such job');
      const changed = job.state === 'running';
      Object.assign(job, { state: 'cancelled', reason: 'cancelled by hand', endedAt: AT });
      return accepted({ ...job, changed });
    },
    listDeliveries: async (request) => {
      this.asked.push({ command: 'listDeliveries', request });
      const deliveries = this.deliveries.slice(0, request.limit);
      const last = deliveries.at(-1);
      const more = this.deliveries.length > request.limit && last !== undefined;
      return accepted({ deliveries, next: more ? { at: '2026-06-01T09:30:00.000123Z', id: last.id } : null });
    },
    sendTest: async (request) => {
      this.asked.push({ command: 'sendTest', request });
      return accepted({ deliveryId: 'msg_test', event: { source: '/sluice/test', id: 'test_1' } });
    },
    getDelivery: async ({ deliveryId }) => {
      const delivery = this.deliveries.find(({ id }) => id === deliveryId);
      return delivery === undefined ? refused('not_found', 'there is no such delivery') : accepted(delivery);
    },
  };
}
