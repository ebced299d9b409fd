import { z } from 'zod';

/** A row's columns, or its key's, by their names. */
const Row = z.record(z.string(), z.unknown());

/**
 * The data of {@link rowEvents}: what a change data capture told of a row, or of all rows of a table (docs/sources.md).
 * `before` and `after` are null where there was or is no row, or it was not told.
 */
export const RowChangeData = z.object({
  /** `schema.table`. */
  table: z.string(),
  /** Null for a table without a key, and where all rows are gone. */
  key: Row.nullable(),
  before: Row.nullable(),
  after: Row.nullable(),
});

/** The types of events that tell of rows, and what each says. */
export const rowEvents = {
  'row.created': 'A row was inserted, or was there when the connector looked first.',
  'row.updated': 'A row was changed.',
  'row.deleted': 'A row was deleted.',
  'table.truncated': 'All rows of a table were deleted.',
} as const;
