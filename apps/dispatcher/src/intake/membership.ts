import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import type { EventStream, PartitionHandler, StreamConsumer } from '@sluice/event-stream/event-stream';

/** All dispatchers of an installation share the partitions of this group. */
const GROUP = 'sluice-dispatcher';

/** This dispatcher's place in the group that consumes events. */
export class Membership {
  readonly #stream: Pick<EventStream, 'consume'>;
  readonly #member: string;
  #consumer: StreamConsumer | null = null;

  constructor(stream: Pick<EventStream, 'consume'>, member: string) {
    this.#stream = stream;
    this.#member = member;
  }

  /** Throws when the stream can't be reached. */
  async join(handler: PartitionHandler): Promise<void> {
    this.#consumer = await this.#stream.consume({ topic: EVENTS_TOPIC, group: GROUP, member: this.#member, handler });
  }

  problem(): string | null {
    return this.#consumer === null ? 'not consuming events yet' : this.#consumer.problem();
  }

  lags(): { partition: number; lag: bigint | null }[] {
    return Array.from(this.#consumer?.held() ?? [], ([partition, { lag }]) => ({ partition, lag }));
  }

  /** Everything of the partition before the position is settled: for the log's retention, and for tools. */
  hint(partition: number, position: bigint): void {
    this.#consumer?.hint(partition, position);
  }

  /** Gives all partitions back. */
  async leave(): Promise<void> {
    await this.#consumer?.stop();
  }
}
