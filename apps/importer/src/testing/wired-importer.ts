import { readEventHeaders } from '@sluice/contracts/event-record';
import { readUnreadable } from '@sluice/contracts/unreadable-record';
import type { OutgoingRecord } from '@sluice/event-stream/event-stream';
import type { PartitionProgress, TopicReading } from '@sluice/event-stream/kafka/topic-reader';
import { systemClock } from '@sluice/service-kit/clock';
import { createLogger } from '@sluice/service-kit/logger';
import { createMetrics } from '@sluice/service-kit/metrics';
import type { RunningService } from '@sluice/service-kit/running-service';
import { startImporter } from '../start.js';
import type { ToldSources } from './told-sources.js';

/** An importer without a broker: the test says what its readers read, and sees what it publishes. */
export class WiredImporter {
  readonly metrics = createMetrics();
  readonly published: OutgoingRecord[] = [];
  /** What readers say of themselves, by topic; nothing unless told. */
  readonly problems = new Map<string, string>();
  readonly progress = new Map<string, PartitionProgress[]>();
  private readonly readings = new Map<string, TopicReading>();
  private running: RunningService | null = null;

  async start(told: ToldSources): Promise<void> {
    this.running = await startImporter('one', {
      logger: createLogger({ service: 'importer', level: 'silent' }),
      clock: systemClock,
      stream: {
        publish: async (_topic, records) => {
          this.published.push(...records);
          return [];
        },
      },
      open: (reading) => {
        this.readings.set(reading.topic, reading);
        return {
          problem: () => this.problems.get(reading.topic) ?? null,
          progress: () => this.progress.get(reading.topic) ?? [],
          stop: async () => {},
        };
      },
      metrics: this.metrics,
      registry: told.registry,
    });
  }

  async stop(): Promise<void> {
    await this.running?.stop();
  }

  /** Undefined while the topic is not read. */
  readerOf(topic: string): TopicReading['records'] | undefined {
    return this.readings.get(topic)?.records;
  }

  /** The types of the events that were published, and the reasons of unreadable records. */
  outcomes(): string[] {
    return this.published.map(({ headers }) => {
      const unreadable = readUnreadable(headers);
      if (unreadable !== null) return unreadable.reason;
      const event = readEventHeaders(headers);
      return event.ok ? event.attributes.type : event.reason;
    });
  }
}
