import type { Source } from '@sluice/contracts/sources';
import { RETRIES_TOPIC } from '@sluice/contracts/topics';
import { readRetry } from '@sluice/contracts/unreadable-record';
import type { SourceRecord } from '@sluice/event-stream/kafka/source-record';
import type { TopicReader, TopicReading } from '@sluice/event-stream/kafka/topic-reader';
import type { Logger } from '@sluice/service-kit/logger';
import type { Conversion } from '../conversion.js';
import { convert } from '../convert.js';
import type { Publisher } from '../publish/publisher.js';
import { isBatch } from '../sources/origin-record.js';
import type { SourceSync } from '../sources/source-sync.js';

const GROUP = 'sluice-importer-retries';

export interface RetriesParts {
  instance: string;
  open: (reading: TopicReading) => Pick<TopicReader, 'problem' | 'stop'>;
  publisher: Publisher;
  sources: Pick<SourceSync, 'sourcesFromNow'>;
  logger: Logger;
}

/** Converts dead letters that were put back, as records of their source in its present configuration. */
export class Retries {
  private readonly reader: Pick<TopicReader, 'problem' | 'stop'>;

  constructor(private readonly parts: RetriesParts) {
    this.reader = parts.open({
      topic: RETRIES_TOPIC,
      group: GROUP,
      member: parts.instance,
      start: 'earliest',
      records: (records, released) => this.take(records, released),
    });
  }

  problem(): string | null {
    return this.reader.problem();
  }

  stop(): Promise<void> {
    return this.reader.stop();
  }

  private async take(records: readonly SourceRecord[], released: AbortSignal): Promise<void> {
    for (const record of records) refuseUndecodable(record);
    // A source that was corrected before its dead letters were put back must not convert them as it was.
    const sources = await this.parts.sources.sourcesFromNow(released);
    for (const record of records) {
      const { key, value, originalHeaders } = record;
      const texts = originalHeaders.map(([name, text]) => [name, Buffer.from(text ?? []).toString('utf8')] as const);
      const read = readRetry({ key, value, headers: Object.fromEntries(texts) });
      if (!read.ok) {
        // Only the dispatcher writes here: of what is not its own nobody could tell whose it is.
        this.parts.logger.error({ ...placeOf(record), reason: read.reason }, 'retry.foreign_record');
        continue;
      }
      const { record: origin, accountId, former } = read;
      const conversion = retried(sources.get(origin.sourceId), accountId, origin);
      await this.parts.publisher.publish(accountId, [{ origin, conversion, former }], released);
    }
  }
}

/** Nobody can tell which dead letters were in it: the position stays before it, and the alarm stays on, until somebody has looked. */
function refuseUndecodable({ undecodable, partition }: SourceRecord): void {
  if (undecodable === null) return;
  const { firstPosition, lastPosition, reason } = undecodable;
  throw new Error(
    `the batch at offsets ${firstPosition} to ${lastPosition} of ${RETRIES_TOPIC}/${partition} can't be decoded: ${reason}`,
  );
}

function retried(source: Source | undefined, accountId: string, origin: Parameters<typeof convert>[0]): Conversion {
  if (source?.accountId !== accountId) return { ok: false, reason: 'its source does not exist any more' };
  if (isBatch(origin)) {
    return {
      ok: false,
      reason: "it is a batch of records that can't be decoded, as it is on the wire: no source can read it",
    };
  }
  return convert(origin, source);
}

const placeOf = ({ partition, position }: SourceRecord) => ({ partition, position: `${position}` });
