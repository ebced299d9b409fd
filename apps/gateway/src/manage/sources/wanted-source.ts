import type { DebeziumOptions } from '@sluice/contracts/sources';
import type { NewSource, SourceChange } from './source-schemas.js';

/** A source to be created, in the words of the registry. */
export const newSource = ({ topic, format, description, start, mapping, debezium }: NewSource) => ({
  topic,
  format,
  description: description ?? null,
  start: start ?? 'latest',
  mapping: mapping ?? null,
  debezium: debeziumOf(debezium ?? null),
});

/** What of a source is to change: the members that were given. */
export const sourceChange = ({ format, description, mapping, debezium }: SourceChange) => ({
  ...(format === undefined ? {} : { format }),
  ...(description === undefined ? {} : { description }),
  ...(mapping === undefined ? {} : { mapping }),
  ...(debezium === undefined ? {} : { debezium: debeziumOf(debezium) }),
});

function debeziumOf(options: NonNullable<NewSource['debezium']> | null): DebeziumOptions | null {
  if (options === null) return null;
  const tables = Object.entries(options.tables).map(([name, { table_id, fields }]) => [
    name,
    { tableId: table_id, fields },
  ]);
  return { baseId: options.base_id, tables: Object.fromEntries(tables) };
}
