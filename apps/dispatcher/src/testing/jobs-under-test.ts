import { eventHeaders } from '@sluice/contracts/event-record';
import type { Job, JobRequest } from '@sluice/contracts/job-commands';
import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import { PositionOutOfRange, type StreamRecord } from '@sluice/event-stream/event-stream';
import type { Pool } from 'pg';
import type { JobSource } from '../jobs/job.js';
import { insertJob, readJob } from '../jobs/job-rows.js';
import { JobRunner } from '../jobs/job-runner.js';
import { Replay } from '../jobs/replay.js';
import { Resend } from '../jobs/resend.js';
import { TryNow } from '../jobs/try-now.js';
import type { EventDelivery, IdentifiedEvent, Verdict } from '../model/delivery.js';
import { OwnLeases } from '../retry/own-leases.js';
import { TimeSlices } from '../waiting/time-slices.js';
import { IndexedWebhook } from '../webhooks/indexed-webhook.js';
import { aDelivery, anEvent, aWebhook } from './samples.js';
import { anAttempt, Storage } from './storage.js';

const EXHAUSTED: Verdict = { state: 'exhausted', reason: '2 attempts failed' };

/** A log of one partition that holds these events, `first` the oldest kept, and ends before `end`. */
class MemoryLog {
  first = 0n;
  end = 0n;
  readonly events: IdentifiedEvent[] = [];

  add(event: IdentifiedEvent): void {
    this.events.push(event);
    this.end = event.position + 1n;
  }

  readonly read = async (topic: string, partition: number, from: bigint, limit: number): Promise<StreamRecord[]> => {
    const range = { partition, first: this.first, end: this.end };
    if (from < this.first || from > this.end) throw new PositionOutOfRange(topic, from, range);
    const found = this.events.filter(({ position }) => position >= from).slice(0, limit);
    return found.map((event) => ({
      ...{ partition, position: event.position, key: null, headers: eventHeaders(event), value: event.data },
      appendedAt: new Date(),
    }));
  };

  readonly ranges = async () => [{ partition: 0, first: this.first, end: this.end }];

  /** Appended in the moment in which they were accepted. */
  readonly positionsAt = async (_: string, time: Date) => {
    const at = this.events.find(({ stamp }) => Date.parse(stamp.acceptedAt) >= time.getTime());
    return new Map([[0, at?.position ?? this.end]]);
  };
}

/** Jobs on a database of their own, done by as many runners as a test wants. */
export class JobsUnderTest {
  readonly webhooks = new Map<string, IndexedWebhook>();
  /** What happens between a step's looking and its writing. */
  meanwhile: () => Promise<void> = async () => {};
  readonly log = new MemoryLog();
  #position = 0n;
  #jobs = 0;

  private constructor(readonly storage: Storage) {}

  static async open(): Promise<JobsUnderTest> {
    return new JobsUnderTest(await Storage.open());
  }

  webhook(webhook: Partial<FilterWebhook> & { id: string }): IndexedWebhook {
    const known = new IndexedWebhook(aWebhook(webhook));
    this.webhooks.set(webhook.id, known);
    return known;
  }

  /** Records deliveries that took two attempts and ended so. */
  async ended(count: number, webhookId = 'webhook-1', verdict = EXHAUSTED): Promise<EventDelivery[]> {
    const { recorder } = this.storage.recorder();
    const { epoch } = await recorder.take(0);
    const deliveries: EventDelivery[] = [];
    for (let made = 0; made < count; made += 1) {
      this.#position += 1n;
      const event = anEvent({ id: `event-${this.#position}`, position: this.#position });
      const delivery = aDelivery({ event, webhookId, origin: { kind: 'stream', epoch } });
      recorder.event(epoch, event, 1, 1);
      recorder.park([delivery], 'lease');
      const claimed = { ...delivery, origin: { kind: 'pending', lease: 'lease' } } as const;
      recorder.settle(claimed, anAttempt({ number: 1, status: 500 }), { state: 'pending', dueInMs: 0 });
      deliveries.push(delivery);
    }
    await recorder.flushed();
    await this.storage.rows("update dispatch.pending set lease = 'lease' where webhook_id = $1", [webhookId]);
    for (const delivery of deliveries) {
      const claimed = { ...delivery, attempt: 2, origin: { kind: 'pending', lease: 'lease' } } as const;
      recorder.settle(claimed, anAttempt({ number: 2, status: 500 }), verdict);
    }
    await recorder.flushed();
    return deliveries;
  }

  async create(
    request: JobRequest,
    {
      rate = 1_000,
      webhookIds = ['webhook-1'],
      total = null,
    }: { rate?: number; webhookIds?: string[]; total?: number | null } = {},
  ): Promise<Job> {
    this.#jobs += 1;
    const id = `job_${this.#jobs}`;
    const { pool, clock } = this.storage;
    const job = await insertJob(
      pool,
      { id, accountId: 'account-1', request, rate, webhookIds, total, askedBy: 'key' },
      clock.shiftMs,
    );
    return job!;
  }

  /** All that failed of these webhooks. */
  failed(webhookIds = ['webhook-1']): JobRequest {
    return { kind: 'resend', webhookIds, states: ['exhausted'], since: '2026-01-01T00:00:00Z' };
  }

  runner(name = 'dispatcher', pool: Pool = this.storage.pool): JobRunner {
    const { clock, logger } = this.storage;
    const current = { webhook: async (id: string) => this.webhooks.get(id) };
    const stream = this.log;
    const replay = new Replay({ pool, stream, current, clock, slices: new TimeSlices() });
    const pausing = (source: JobSource): JobSource => ({
      next: async (job, part, room) => {
        const found = await source.next(job, part, room);
        await this.meanwhile();
        return found;
      },
    });
    return new JobRunner({
      ...{ pool, clock, logger },
      leases: new OwnLeases(name),
      current,
      sources: {
        resend: pausing(new Resend({ pool, stream })),
        replay: pausing(replay),
        backfill: pausing(replay),
        try_now: pausing(new TryNow({ pool, clock })),
      },
      made: () => {},
    });
  }

  async job({ id }: Job): Promise<Job> {
    return (await readJob(this.storage.pool, 'account-1', id))!;
  }

  close(): Promise<void> {
    return this.storage.close();
  }
}
