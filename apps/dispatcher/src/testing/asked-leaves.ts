import type { ChangedRecord, CreatedRecord, TableChange } from '@sluice/contracts/table-change';
import type { ChangeType, DataType, SpecificationOptions } from '@sluice/contracts/webhook-specification';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';
import { type Leaf, leavesOf } from './payload-leaves.js';

/** What each member of a table is about. */
const MEMBERS: Record<string, [DataType, ChangeType]> = {
  changedMetadata: ['tableMetadata', 'update'],
  metadata: ['tableMetadata', 'add'],
  createdFieldsById: ['tableFields', 'add'],
  fieldsById: ['tableFields', 'add'],
  changedFieldsById: ['tableFields', 'update'],
  destroyedFieldIds: ['tableFields', 'remove'],
  createdRecordsById: ['tableData', 'add'],
  recordsById: ['tableData', 'add'],
  changedRecordsById: ['tableData', 'update'],
  destroyedRecordIds: ['tableData', 'remove'],
};

const listed = <T>(list: readonly T[] | undefined, value: T): boolean =>
  list === undefined || list.length === 0 || list.includes(value);

/**
 * The projection told leaf by leaf, for comparison with the one that is built part by part.
 *
 * @param tableOfScope the table of the view that is the scope; undefined if nobody knows
 */
export const askedLeaves = (
  change: TableChange,
  specification: SpecificationOptions,
  tableOfScope: string | undefined,
): Leaf[] =>
  isFromAskedSource(change, specification)
    ? leavesOf(change).filter((leaf) => isAsked(leaf, change, specification, tableOfScope))
    : [];

function isFromAskedSource(
  { actionMetadata }: TableChange,
  { filters: { fromSources, sourceOptions } }: SpecificationOptions,
): boolean {
  if (!listed(fromSources, actionMetadata.source)) return false;
  if (actionMetadata.source === 'formSubmission') {
    return [undefined, actionMetadata.sourceMetadata.viewId].includes(sourceOptions?.formSubmission?.viewId);
  }
  if (actionMetadata.source === 'formPageSubmission') {
    return [undefined, actionMetadata.sourceMetadata.pageId].includes(sourceOptions?.formPageSubmission?.pageId);
  }
  return true;
}

function isAsked(
  { path, text }: Leaf,
  change: TableChange,
  specification: SpecificationOptions,
  tableOfScope: string | undefined,
): boolean {
  const { filters, includes } = specification;
  const scope = filters.recordChangeScope;
  const ofView = scope?.startsWith('viw') === true;
  const asks = ([data, type]: [DataType, ChangeType]) =>
    filters.dataTypes.includes(data) && listed(filters.changeTypes, type);
  const inScope = (table: string) => scope === undefined || table === (ofView ? tableOfScope : scope);

  if (path[0] === 'destroyedTableIds') return inScope(JSON.parse(text)) && asks(['tableMetadata', 'remove']);
  if (!inScope(path[1]!)) return false;
  const inView = path[2] === 'changedViewsById';
  if (inView && path[3] !== scope) return false;
  const at = inView ? 4 : 2;
  const about = MEMBERS[path[at]!];
  if (about === undefined || !asks(about)) return false;
  const object = objectAt(change, path.slice(0, at + 2));
  if (about[0] === 'tableMetadata')
    return path[at] === 'metadata' || hasAny(objectAt(change, path.slice(0, at + 1)).current);
  if (about[0] === 'tableFields') {
    if (!listed(filters.watchSchemasOfFieldIds, path[at + 1] ?? JSON.parse(text))) return false;
    if (about[1] !== 'update') return true;
    return hasAny(object.current) && (path[at + 2] === 'current' || includes?.includePreviousFieldDefinitions === true);
  }
  if (inView !== ofView) return false;
  if (about[1] === 'remove') return true;
  if (about[1] === 'add') return isAskedOfCreated(path.slice(at + 2), object as CreatedRecord, specification);
  return isAskedOfChanged(path.slice(at + 2), object as ChangedRecord, specification);
}

/** @param path within the record */
function isAskedOfCreated(
  path: readonly string[],
  { cellValuesByFieldId: cells }: CreatedRecord,
  specification: SpecificationOptions,
): boolean {
  const watched = specification.filters.watchDataInFieldIds ?? [];
  const filled = (id: string) =>
    Object.hasOwn(cells, id) && !['null', '""', 'false', '[]'].includes(writeJson(cells[id] as JsonValue));
  if (watched.length > 0 && !watched.some(filled)) return false;
  return (
    path[0] === 'createdTime' ||
    (filled(path[1]!) && (listed(watched, path[1]!) || includesCell(specification, path[1]!)))
  );
}

/** @param path within the record */
function isAskedOfChanged(
  [side, , id]: readonly string[],
  { current }: ChangedRecord,
  specification: SpecificationOptions,
): boolean {
  const changed = (field: string) => Object.hasOwn(current.cellValuesByFieldId, field);
  const watched = specification.filters.watchDataInFieldIds ?? [];
  if (watched.length > 0 ? !watched.some(changed) : !hasAny(current.cellValuesByFieldId)) return false;
  if (side === 'unchanged') return includesCell(specification, id!) && !changed(id!);
  if (side === 'previous' && specification.includes?.includePreviousCellValues !== true) return false;
  return changed(id!) && (listed(watched, id!) || includesCell(specification, id!));
}

function includesCell({ includes }: SpecificationOptions, id: string): boolean {
  const included = includes?.includeCellValuesInFieldIds ?? [];
  return included === 'all' || included.includes(id);
}

const hasAny = (object: unknown): boolean => Object.keys(object as object).length > 0;

function objectAt(change: TableChange, path: readonly string[]): JsonObject {
  let value = change as unknown as JsonObject;
  for (const name of path) value = value[name] as JsonObject;
  return value;
}
