import type { Appended, OutgoingRecord } from '@sluice/event-stream/event-stream';

/** What was published, in memory. */
export class MemoryStream {
  readonly records: OutgoingRecord[] = [];
  /** What happens before records are taken: throws, or waits. */
  before: (records: readonly OutgoingRecord[]) => Promise<void> = async () => {};

  async publish(_topic: string, records: readonly OutgoingRecord[]): Promise<Appended[]> {
    await this.before(records);
    const from = this.records.length;
    this.records.push(...records);
    return records.map((_record, index) => ({ partition: 0, position: BigInt(from + index) }));
  }

  probe(): Promise<void> {
    return this.before([]);
  }
}
