import type { Source } from '@sluice/contracts/sources';
import { RETRIES_TOPIC } from '@sluice/contracts/topics';
import { readRetry } from '@sluice/contracts/unreadable-record';
import type { SourceRecord } from '@sluice/event-stream/kafka/source-record';
import type { TopicReader, TopicReading } from '@sluice/event-stream/kafka/topic-reader';
import type { Logger } from '@sluice/service-kit/logger';
import type { Conversion } from '../conversion/conversion.js';
import type { ImportedRecord } from '../publish/imported-record.js';
import type { Publisher } from '../publish/publisher.js';
import { convert } from '../sources/convert.js';
import { inTurns } from '../sources/in-turns.js';
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
    const retried = await inTurns(records, released, (record) => this.retry(record, sources));
    for (const { accountId, batch } of runsOfAccounts(retried.flatMap((each) => each ?? []))) {
      await this.parts.publisher.publish(accountId, batch, released);
    }
  }

  /** Null for a record that is no dead letter. */
  private retry(record: SourceRecord, sources: ReadonlyMap<string, Source>): Retried | null {
    const { key, value, originalHeaders } = record;
    const texts = originalHeaders.map(([name, text]) => [name, Buffer.from(text ?? []).toString('utf8')] as const);
    const read = readRetry({ key, value, headers: Object.fromEntries(texts) });
    if (!read.ok) {
      // Only the dispatcher writes here: of what is not its own nobody could tell whose it is.
      this.parts.logger.error({ ...placeOf(record), reason: read.reason }, 'retry.foreign_record');
      return null;
    }
    const { record: origin, accountId, former } = read;
    const conversion = reconverted(sources.get(origin.sourceId), accountId, origin);
    return { accountId, imported: { origin, conversion, former } };
  }
}

/** A dead letter that was put back, and what became of it now. */
interface Retried {
  accountId: string;
  imported: ImportedRecord;
}

/** In their order, neighbours of one account together: these are published at once, with one stamp. */
function runsOfAccounts(retried: readonly Retried[]): { accountId: string; batch: ImportedRecord[] }[] {
  const runs: { accountId: string; batch: ImportedRecord[] }[] = [];
  for (const { accountId, imported } of retried) {
    const last = runs.at(-1);
    if (last?.accountId === accountId) last.batch.push(imported);
    else runs.push({ accountId, batch: [imported] });
  }
  return runs;
}

/** Nobody can tell which dead letters were in it: the position stays before it, and the alarm stays on, until somebody has looked. */
function refuseUndecodable({ undecodable, partition }: SourceRecord): void {
  if (undecodable === null) return;
  const { firstPosition, lastPosition, reason } = undecodable;
  throw new Error(
    `the batch at offsets ${firstPosition} to ${lastPosition} of ${RETRIES_TOPIC}/${partition} can't be decoded: ${reason}`,
  );
}

function reconverted(source: Source | undefined, accountId: string, origin: Parameters<typeof convert>[0]): Conversion {
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
