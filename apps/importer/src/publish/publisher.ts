import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStamp } from '@sluice/contracts/event-record';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import { unreadableRecord } from '@sluice/contracts/unreadable-record';
import { type EventStream, RecordRefused, StreamUnavailable } from '@sluice/event-stream/event-stream';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { Revisions } from '@sluice/service-kit/revisions';
import { type ImportedRecord, recordsOf } from './imported-record.js';

/** What became of records. */
export interface Published {
  /** Records that became events. */
  imported: number;
  /** Records that say nothing: tombstones, for example. */
  skipped: number;
  /** Why each of the others can't be read. */
  unreadable: readonly { partition: number; offset: bigint; reason: string }[];
}

/** Publishes what records became, each at least once: nothing is done with before the stream has acknowledged it. */
export class Publisher {
  constructor(
    private readonly stream: Pick<EventStream, 'publish'>,
    private readonly revisions: Pick<Revisions, 'current'>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * Resolves when the stream has stored all of it; tries again for as long as the stream is away.
   * @throws when the signal is raised meanwhile: then nothing is known of the records.
   */
  async publish(accountId: string, records: readonly ImportedRecord[], released: AbortSignal): Promise<Published> {
    const stamp = await this.stampFor(accountId);
    const outgoing = records.flatMap((record) => recordsOf(record, stamp));
    const isTaken = await this.take(outgoing, released);
    const refusals = isTaken ? [] : await this.publishEach(accountId, records, released);
    const refused = new Map(refusals.map(({ record, reason }) => [record, reason]));
    const unreadable = records.flatMap((record) => {
      const reason = record.conversion.ok ? refused.get(record) : record.conversion.reason;
      const { partition, offset } = record.origin;
      return reason === undefined ? [] : [{ partition, offset, reason }];
    });
    const skipped = records.filter(({ conversion }) => conversion.ok && conversion.events.length === 0).length;
    return { imported: records.length - skipped - unreadable.length, skipped, unreadable };
  }

  /** One record of a batch is refused for good: each goes alone, so that no other suffers, and it becomes a dead letter. */
  private async publishEach(
    accountId: string,
    records: readonly ImportedRecord[],
    released: AbortSignal,
  ): Promise<{ record: ImportedRecord; reason: string }[]> {
    const refusals: { record: ImportedRecord; reason: string }[] = [];
    const stamp = await this.stampFor(accountId);
    for (const record of records) {
      if (await this.take(recordsOf(record, stamp), released)) continue;
      const reason = 'the stream refuses it: with its attributes it is too large';
      const { origin, former } = record;
      if (!(await this.take([unreadableRecord(origin, { reason, accountId, former })], released))) {
        // Its bytes are cut to what the topic takes, so that this can't be, unless somebody made the topic smaller.
        throw new Error('the stream refuses an unreadable record that was cut');
      }
      if (record.conversion.ok) refusals.push({ record, reason });
    }
    return refusals;
  }

  /** The revision is read after the records came, so that subscribers read their own writes (docs/architecture.md section 4). */
  private async stampFor(accountId: string): Promise<EventStamp> {
    const known = await this.revisions.current();
    const acceptedAt = new Date(this.clock.nowMs()).toISOString();
    return { accountId, audience: { to: 'own' }, ...known, acceptedAt };
  }

  /** Whether the stream has taken them; false when it refuses one of them for good. */
  private async take(records: Parameters<EventStream['publish']>[1], released: AbortSignal): Promise<boolean> {
    for (;;) {
      try {
        if (records.length > 0) await this.stream.publish(EVENTS_TOPIC, records);
        return true;
      } catch (error) {
        if (error instanceof RecordRefused) return false;
        if (!(error instanceof StreamUnavailable)) throw error;
        this.logger.warn({ err: error }, 'publish.failed');
        await sleep(error.retryAfterSeconds * 1_000, undefined, { signal: released });
      }
    }
  }
}
