import type { EventDelivery } from '../model/delivery.js';
import type { Recorder, RecorderOptions } from '../record/recorder.js';
import { aDelivery, anEvent } from './samples.js';
import type { Storage } from './storage.js';

/** Rows that stand in lanes of one webhook, a lane for each subject, as a dispatcher that holds partition 0 writes them. */
export class StoredLanes {
  private constructor(
    readonly storage: Storage,
    readonly recorder: Recorder,
    readonly epoch: bigint,
  ) {}

  static async open(storage: Storage, options: Partial<RecorderOptions> = {}): Promise<StoredLanes> {
    const { recorder } = storage.recorder(options);
    const { epoch } = await recorder.take(0);
    return new StoredLanes(storage, recorder, epoch);
  }

  /** Hands in an event for each position; the deliveries have ids like `a3`, of subject and position. */
  park(subject: string, ...positions: bigint[]): EventDelivery[] {
    const deliveries = positions.map((position) => this.delivery(subject, position));
    for (const { event } of deliveries) this.recorder.event(this.epoch, event, 1, 1);
    this.recorder.park(deliveries, null);
    return deliveries;
  }

  /** As it comes from the stream. */
  delivery(subject: string, position: bigint): EventDelivery {
    const acceptedAt = new Date(this.storage.clock.nowMs()).toISOString();
    return aDelivery({
      id: `${subject}${position}`,
      event: anEvent({ position, id: `event-${position}`, subject, acceptedAt }),
      origin: { kind: 'stream', epoch: this.epoch },
      lane: { id: Buffer.from(subject), next: null, claimedAtMs: 0 },
    });
  }

  /** The rows in order: `a1 due`, `a1 lease-1` while it is leased, `a2 waits` behind another. */
  async rows(): Promise<string[]> {
    const rows = await this.storage.rows<{ id: string; lease: string | null; is_due: boolean; waits: boolean }>(
      `select id, lease, due_at <= now() + $1::float8 * interval '1 millisecond' as is_due, due_at = 'infinity' as waits
       from dispatch.pending order by position`,
      [this.storage.clock.shiftMs],
    );
    return rows.map(({ id, lease, is_due, waits }) => {
      if (waits) return `${id} waits`;
      return `${id} ${lease ?? (is_due ? 'due' : 'later')}`;
    });
  }

  /** The row comes under the lease, as a claim does it; answers the delivery as claimed. */
  async lease(delivery: EventDelivery, lease: string): Promise<EventDelivery> {
    await this.storage.pool.query(
      `update dispatch.pending set lease = $2, due_at = now() + ($3::float8 + 50000) * interval '1 millisecond'
       where id = $1`,
      [delivery.id, lease, this.storage.clock.shiftMs],
    );
    return under(delivery, lease);
  }
}

/** The delivery as it is claimed with one that stands before it. */
export const under = (delivery: EventDelivery, lease: string): EventDelivery => ({
  ...delivery,
  origin: { kind: 'pending', lease },
});
