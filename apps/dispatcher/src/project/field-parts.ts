import type { TableChanged, TableCreated } from '@sluice/contracts/table-change';
import type { JsonObject } from '@sluice/exact-json/json-value';
import type { Demand } from './demand.js';
import { isEmpty, ordered, type Part } from './part.js';

type CreatedFields = TableCreated['fieldsById'];
type ChangedFields = TableChanged['changedFieldsById'];
type ChangedField = NonNullable<ChangedFields>[string];

/** The fields of a table, under `path`: contract airtable 4.3. */
export function* fieldParts(path: readonly string[], table: TableChanged, demand: Demand): Iterable<Part> {
  if (demand.wants('tableFields', 'add')) {
    yield* createdFieldParts([...path, 'createdFieldsById'], table.createdFieldsById, demand);
  }
  if (demand.wants('tableFields', 'update')) {
    yield* changedFieldParts([...path, 'changedFieldsById'], table.changedFieldsById, demand);
  }
  if (demand.wants('tableFields', 'remove')) {
    const destroyed = [...path, 'destroyedFieldIds'];
    for (const id of table.destroyedFieldIds ?? []) {
      if (demand.watchesDefinition(id)) yield { path: destroyed, name: null, value: id, records: 0 };
    }
  }
}

/** New fields whose definitions are asked for, under `path`, by their ids: contract airtable 4.3. */
export function* createdFieldParts(
  path: readonly string[],
  fields: CreatedFields = {},
  demand: Demand,
): Iterable<Part> {
  for (const [name, field] of Object.entries(fields)) {
    if (demand.watchesDefinition(name)) yield { path, name, value: definition(field), records: 0 };
  }
}

function* changedFieldParts(path: readonly string[], fields: ChangedFields = {}, demand: Demand): Iterable<Part> {
  for (const [name, field] of Object.entries(fields)) {
    // A field of which nothing changed is none.
    if (demand.watchesDefinition(name) && !isEmpty(field.current)) {
      yield { path, name, value: changedField(field, demand), records: 0 };
    }
  }
}

function changedField({ current, previous }: ChangedField, demand: Demand): JsonObject {
  const told: JsonObject = { current: definition(current) };
  if (demand.previousDefinitions && previous !== undefined && !isEmpty(previous)) told.previous = definition(previous);
  return told;
}

const definition = (field: ChangedField['current']): JsonObject => ordered(field, ['name', 'type']);
