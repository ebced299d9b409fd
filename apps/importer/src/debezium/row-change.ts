import type { JsonObject } from '@sluice/exact-json/json-value';

/** `snapshot`: the row as it was when the connector first read its table; `truncate`: all rows of the table are gone. */
export type RowOperation = 'snapshot' | 'create' | 'update' | 'delete' | 'truncate';

/** What Debezium tells of a table: one row that changed, or all of its rows that are gone. */
export interface RowChange {
  operation: RowOperation;
  /** `schema.table`, of databases without schemas `database.table`. */
  table: string;
  /** Null for a table without primary key, and where all rows are gone. */
  key: JsonObject | null;
  /** Null where it is not known, or was not there. */
  before: JsonObject | null;
  after: JsonObject | null;
  /** RFC 3339, of the transaction if it is told; undefined when no time is. */
  time: string | undefined;
}
