import type { Origin } from '@sluice/contracts/unreadable-record';

/**
 * The id of an event whose record has none: its place in the log and its time, so that a topic that was deleted and made anew
 * gives other ids. The same whenever the record is read.
 */
export const idOfRecord = ({ topic, partition, offset, timestampMs }: Origin): string =>
  `${topic}:${partition}:${offset}:${timestampMs}`;

/** The source of an event whose record names none. */
export const sourceOfTopic = ({ topic }: Pick<Origin, 'topic'>): string => `/topics/${topic}`;

/** The record's time as RFC 3339 has it; undefined when it has none. */
export const timeOfRecord = ({ timestampMs }: Origin): string | undefined =>
  timestampMs === NO_TIMESTAMP ? undefined : momentOf(timestampMs);

/** RFC 3339 of a time in milliseconds since 1970; undefined outside the years 0 to 9999. */
export function momentOf(milliseconds: number): string | undefined {
  const isMoment = milliseconds >= -62_167_219_200_000 && milliseconds <= 253_402_300_799_999;
  return isMoment ? new Date(milliseconds).toISOString() : undefined;
}

/** What Kafka says of a record without a timestamp. */
const NO_TIMESTAMP = -1;
