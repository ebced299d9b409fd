import { EventEmitter, once } from 'node:events';
import type { Source, SourceReport } from '@sluice/contracts/sources';
import type { SourceRecord } from '@sluice/event-stream/kafka/source-record';
import type { TopicReader, TopicReading } from '@sluice/event-stream/kafka/topic-reader';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import type { ImporterMetrics } from '../publish/importer-metrics.js';
import type { Published, Publisher } from '../publish/publisher.js';
import { convert } from './convert.js';
import { inTurns } from './in-turns.js';
import { originRecord, undecodableBatch } from './origin-record.js';

export interface SourceRunParts {
  instance: string;
  open: (reading: TopicReading) => Pick<TopicReader, 'problem' | 'progress' | 'stop'>;
  publisher: Publisher;
  metrics: ImporterMetrics;
  clock: Clock;
  logger: Logger;
}

/** All importers share the partitions of a source's topic. */
const groupOf = (sourceId: string): string => `sluice.source.${sourceId}`;

/**
 * Reads one source, for as long as there is one: each record is converted by its present configuration and published, and then
 * its position is committed. A paused source keeps its partitions and takes nothing.
 */
export class SourceRun {
  private readonly reader: Pick<TopicReader, 'problem' | 'progress' | 'stop'>;
  /** Emits `change`; each partition may wait for one. */
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private imported = 0;
  private deadLetters = 0;
  private lastUnreadable: SourceReport['lastError'] = null;
  private problemSince: { message: string; at: string } | null = null;

  constructor(
    private source: Source,
    private readonly parts: SourceRunParts,
  ) {
    const { id, topic, start, createdAt } = source;
    this.reader = parts.open({
      topic,
      group: groupOf(id),
      member: parts.instance,
      // Of the source's creation, not of its first reading, which may be later.
      start: start === 'earliest' ? start : new Date(start === 'latest' ? createdAt : start),
      records: (records, released) => this.take(records, released),
    });
    parts.logger.info({ sourceId: id, topic, format: source.format }, 'source.started');
  }

  /** The source's configuration is this from the next records on. */
  apply(source: Source): void {
    if (source.revision === this.source.revision) return;
    this.source = source;
    this.changes.emit('change');
    this.parts.logger.info({ sourceId: source.id, revision: source.revision, status: source.status }, 'source.changed');
  }

  report(): SourceReport {
    const partitions = this.reader.progress().map(({ partition, position, end }) => ({
      partition,
      position: Number(position),
      end: Number(end),
    }));
    const { source, imported, deadLetters } = this;
    const lastError = this.problem() ?? this.lastUnreadable;
    return { sourceId: source.id, revision: source.revision, partitions, imported, deadLetters, lastError };
  }

  /** Records not read yet, of the partitions that are read here; null when none is: then nobody here knows. */
  lag(): number | null {
    const partitions = this.reader.progress();
    if (partitions.length === 0) return null;
    return partitions.reduce((sum, { position, end }) => sum + Number(end - position), 0);
  }

  /** Whether something keeps it from reading. */
  hasProblem(): boolean {
    return this.reader.problem() !== null;
  }

  /**
   * Resolves when the records that are being published are stored and their positions committed. Those that are still being
   * converted, or wait for a stream that is away, are given up: they come again.
   */
  async stop(): Promise<void> {
    await this.reader.stop();
    this.parts.logger.info({ sourceId: this.source.id }, 'source.stopped');
  }

  private async take(records: readonly SourceRecord[], released: AbortSignal): Promise<void> {
    while (this.source.status !== 'enabled') await once(this.changes, 'change', { signal: released });
    const { source, parts } = this;
    const { id, topic, accountId } = source;
    const imported = await inTurns(records, released, (record) => {
      const origin = originRecord(id, topic, record);
      return { origin, conversion: undecodableBatch(record, topic) ?? convert(origin, source), former: null };
    });
    this.count(await parts.publisher.publish(accountId, imported, released));
  }

  private count(published: Published): void {
    const { metrics, logger, clock } = this.parts;
    const { id: sourceId, topic } = this.source;
    const { imported, skipped, unreadable } = published;
    this.imported += imported;
    this.deadLetters += unreadable.length;
    metrics.published(sourceId, published);
    const last = unreadable.at(-1);
    if (last === undefined) return;
    const message = `the record at offset ${last.offset} of ${topic}/${last.partition} is unreadable: ${last.reason}`;
    this.lastUnreadable = { at: new Date(clock.nowMs()).toISOString(), message };
    logger.warn({ sourceId, imported, skipped, unreadable: unreadable.length, reason: message }, 'source.unreadable');
  }

  private problem(): SourceReport['lastError'] {
    const message = this.reader.problem();
    if (message === null) this.problemSince = null;
    else if (this.problemSince?.message !== message) {
      this.problemSince = { message, at: new Date(this.parts.clock.nowMs()).toISOString() };
    }
    return this.problemSince;
  }
}
