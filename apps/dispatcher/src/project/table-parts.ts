import type { TableChange, TableChanged, TableCreated } from '@sluice/contracts/table-change';
import type { Demand } from './demand.js';
import { createdFieldParts, fieldParts } from './field-parts.js';
import { isEmpty, ordered, type Part } from './part.js';
import { createdRecordParts, recordParts } from './record-parts.js';
import { covers, type Scope } from './scope.js';

/** What is asked for of a change, in the order of a payload's members: contract airtable 4.1. */
export function* tableParts(change: TableChange, demand: Demand, scope: Scope): Iterable<Part> {
  for (const [tableId, table] of Object.entries(change.changedTablesById ?? {})) {
    if (covers(scope, tableId)) yield* changedTableParts(['changedTablesById', tableId], table, demand, scope);
  }
  for (const [tableId, table] of Object.entries(change.createdTablesById ?? {})) {
    if (covers(scope, tableId)) yield* createdTableParts(['createdTablesById', tableId], table, demand, scope);
  }
  if (demand.wants('tableMetadata', 'remove')) {
    for (const id of change.destroyedTableIds ?? []) {
      if (covers(scope, id)) yield { path: ['destroyedTableIds'], name: null, value: id, records: 0 };
    }
  }
}

/** Contract airtable 4.3. Records are told either for the table or for the one view of the scope. */
function* changedTableParts(
  path: readonly string[],
  table: TableChanged,
  demand: Demand,
  scope: Scope,
): Iterable<Part> {
  const { changedMetadata, changedViewsById } = table;
  if (changedMetadata !== undefined && !isEmpty(changedMetadata.current) && demand.wants('tableMetadata', 'update')) {
    // Both are always there, whatever the specification includes.
    const value = { current: metadata(changedMetadata.current), previous: metadata(changedMetadata.previous) };
    yield { path, name: 'changedMetadata', value, records: 0 };
  }
  yield* fieldParts(path, table, demand);
  if (scope.of !== 'view') yield* recordParts(path, table, demand);
  else if (changedViewsById !== undefined && Object.hasOwn(changedViewsById, scope.viewId)) {
    yield* recordParts([...path, 'changedViewsById', scope.viewId], changedViewsById[scope.viewId]!, demand);
  }
}

/** Contract airtable 4.4. The records of a new table were in no view that anybody could have asked for. */
function* createdTableParts(
  path: readonly string[],
  table: TableCreated,
  demand: Demand,
  scope: Scope,
): Iterable<Part> {
  if (table.metadata !== undefined && demand.wants('tableMetadata', 'add')) {
    yield { path, name: 'metadata', value: metadata(table.metadata), records: 0 };
  }
  if (demand.wants('tableFields', 'add')) yield* createdFieldParts([...path, 'fieldsById'], table.fieldsById, demand);
  if (scope.of !== 'view' && demand.wants('tableData', 'add')) {
    yield* createdRecordParts([...path, 'recordsById'], table.recordsById, demand);
  }
}

const metadata = (table: { name?: string | undefined; description?: string | null | undefined }) =>
  ordered(table, ['name', 'description']);
