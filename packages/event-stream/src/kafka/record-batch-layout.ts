/** A batch's first bytes: its first offset (8), the length of what follows (4). */
export const headBytes = 12;
/** The shortest batch: all fields, no record. */
export const fieldsBytes = 61;
/** The format that has headers. */
export const batchFormat = 2;
/** Where in a batch stands what (Kafka's RecordBatch, format 2). */
export const fieldAt = {
  firstOffset: 0,
  length: 8,
  format: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  latestTimestamp: 35,
  producerId: 43,
  count: 57,
} as const;
