import type { DebeziumOptions, ShownSource as Source } from '@sluice/contracts/sources';
import type { ShownSource } from './source-schemas.js';

/** A source in the names of our public API, with how it does. `lag` is null while no importer has told of it. */
export const sourceAnswer = ({ source, progress }: Source): ShownSource => ({
  id: source.id,
  topic: source.topic,
  format: source.format,
  description: source.description,
  mapping: source.mapping,
  debezium: source.debezium === null ? null : debeziumAnswer(source.debezium),
  start: source.start,
  status: source.status,
  created_at: source.createdAt,
  updated_at: source.updatedAt,
  revision: source.revision,
  running: progress.running,
  applied_revision: progress.appliedRevision,
  reported_at: progress.reportedAt,
  lag: progress.reportedAt === null ? null : progress.partitions.reduce((sum, { lag }) => sum + lag, 0),
  partitions: progress.partitions,
  imported: progress.imported,
  dead_letters: progress.deadLetters,
  last_error: progress.lastError,
});

const debeziumAnswer = ({ baseId, tables }: DebeziumOptions) => ({
  base_id: baseId,
  tables: Object.fromEntries(
    Object.entries(tables).map(([name, { tableId, fields }]) => [name, { table_id: tableId, fields }]),
  ),
});
