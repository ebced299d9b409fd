import { randomUUID } from 'node:crypto';
import { onTestFinished, vi } from 'vitest';
import type { EventStream, OutgoingRecord, StreamConsumer, StreamRecord } from '../event-stream.js';
import type { ConformanceHarness, Line } from './harness.js';
import type { OwnerStore } from './owner-store.js';

/** Longer than any session time-out of an adapter with a rebalance after it. */
const PATIENCE_MS = 60_000;

/** Waits until the assertion holds. */
export const eventually = <T>(assertion: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(assertion, { timeout: PATIENCE_MS, interval: 50 });

export const record = (key: string | null, value: string, headers: Record<string, string> = {}): OutgoingRecord => ({
  key: key === null ? null : Buffer.from(key),
  headers,
  value: Buffer.from(value),
});

export const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString();

export const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

/** What a case works with; everything it opens is closed when the case is over. */
export class Bench {
  constructor(readonly harness: () => ConformanceHarness) {}

  async open(): Promise<EventStream> {
    const stream = await this.harness().open();
    onTestFinished(() => stream.close());
    return stream;
  }

  async openBehindLine(): Promise<{ stream: EventStream; line: Line }> {
    const opened = await this.harness().openBehindLine();
    onTestFinished(async () => {
      opened.line.restore();
      await opened.stream.close();
    });
    return opened;
  }

  /** A topic of its own for the case. */
  async topic(stream: EventStream, partitions = 1): Promise<string> {
    const topic = `conformance.${randomUUID()}`;
    await stream.ensureTopics([{ topic, partitions }]);
    return topic;
  }

  /** Joins as `member`; left when the case is over, if it is not before. */
  async consume(
    stream: EventStream,
    topic: string,
    member: string,
    store: OwnerStore,
    before?: (partition: number, records: readonly StreamRecord[]) => Promise<void>,
  ): Promise<StreamConsumer> {
    const handler = store.handler(member, before);
    const consumer = await stream.consume({ topic, group: `group.${topic}`, member, handler });
    onTestFinished(() => consumer.stop());
    return consumer;
  }

  /** Everything in the partition from `from` to the end as it is now. */
  async all(stream: EventStream, topic: string, partition: number, from = 0n): Promise<StreamRecord[]> {
    const found: StreamRecord[] = [];
    for (let next = from; ; next = found.at(-1)!.position + 1n) {
      const some = await stream.read(topic, partition, next, 500);
      if (some.length === 0) return found;
      found.push(...some);
    }
  }
}
