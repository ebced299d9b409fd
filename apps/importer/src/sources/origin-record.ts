import type { OriginRecord } from '@sluice/contracts/unreadable-record';
import type { SourceRecord } from '@sluice/event-stream/kafka/source-record';
import type { Conversion } from '../conversion/conversion.js';

export const originRecord = (sourceId: string, topic: string, record: SourceRecord): OriginRecord => ({
  sourceId,
  topic,
  partition: record.partition,
  offset: record.undecodable?.firstPosition ?? record.position,
  timestampMs: record.timestampMs,
  key: record.key,
  headers: record.undecodable === null ? record.originalHeaders : [[BATCH, null]],
  value: record.value,
});

/**
 * Tells a batch that can't be decoded from a record when it is put back. A batch has no headers of its own, and a record with
 * a header that begins so is refused.
 */
const BATCH = 'sluice-undecodable-batch';
export const isBatch = ({ headers }: Pick<OriginRecord, 'headers'>): boolean =>
  headers.some(([name]) => name === BATCH);

/** What is said of a batch of records that can't be decoded; null for a record. */
export function undecodableBatch({ undecodable, partition }: SourceRecord, topic: string): Conversion | null {
  if (undecodable === null) return null;
  const { firstPosition, lastPosition, reason } = undecodable;
  const offsets =
    firstPosition === lastPosition ? `offset ${firstPosition}` : `offsets ${firstPosition} to ${lastPosition}`;
  return { ok: false, reason: `the batch at ${offsets} of ${topic}/${partition} can't be decoded: ${reason}` };
}
