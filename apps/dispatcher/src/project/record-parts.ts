import type { ChangedRecord, CreatedRecord, RecordChanges } from '@sluice/contracts/table-change';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import type { Demand } from './demand.js';
import { isEmpty, type Part } from './part.js';

type Cells = CreatedRecord['cellValuesByFieldId'];

/** The records of a table or a view, under `path`: contract airtable 4.3. Destroyed ones are told whatever is watched. */
export function* recordParts(path: readonly string[], changes: RecordChanges, demand: Demand): Iterable<Part> {
  if (demand.wants('tableData', 'add')) {
    yield* createdRecordParts([...path, 'createdRecordsById'], changes.createdRecordsById, demand);
  }
  if (demand.wants('tableData', 'update')) {
    yield* changedRecordParts([...path, 'changedRecordsById'], changes.changedRecordsById, demand);
  }
  if (demand.wants('tableData', 'remove')) {
    const destroyed = [...path, 'destroyedRecordIds'];
    for (const id of changes.destroyedRecordIds ?? []) yield { path: destroyed, name: null, value: id, records: 1 };
  }
}

/** New records with the cells that are asked for, under `path`, by their ids: contract airtable 4.3. */
export function* createdRecordParts(
  path: readonly string[],
  records: Record<string, CreatedRecord> = {},
  demand: Demand,
): Iterable<Part> {
  for (const [name, record] of Object.entries(records)) {
    const value = createdRecord(record, demand);
    if (value !== null) yield { path, name, value, records: 1 };
  }
}

function* changedRecordParts(
  path: readonly string[],
  records: Record<string, ChangedRecord> = {},
  demand: Demand,
): Iterable<Part> {
  for (const [name, record] of Object.entries(records)) {
    const value = changedRecord(record, demand);
    if (value !== null) yield { path, name, value, records: 1 };
  }
}

/** With its cells that are not empty; null if a watched one would have to be among them and none is. */
function createdRecord({ createdTime, cellValuesByFieldId: cells }: CreatedRecord, demand: Demand): JsonObject | null {
  const filled = pick(cells, (fieldId, value) => demand.tellsCell(fieldId) && !isEmptyCell(value));
  const isNews = demand.watchesEveryCell || Object.keys(filled).some((fieldId) => demand.watchesCell(fieldId));
  return isNews ? { createdTime, cellValuesByFieldId: filled } : null;
}

/** With its changed cells, watched or asked for; null if no watched one changed. */
function changedRecord(record: ChangedRecord, demand: Demand): JsonObject | null {
  const changed = record.current.cellValuesByFieldId;
  if (!Object.keys(changed).some((fieldId) => demand.watchesCell(fieldId))) return null;
  const current = pick(changed, (fieldId) => demand.tellsCell(fieldId));
  const told: JsonObject = { current: { cellValuesByFieldId: current } };
  if (demand.previousCells && record.previous !== undefined) {
    const previous = pick(record.previous.cellValuesByFieldId, (fieldId) => Object.hasOwn(current, fieldId));
    if (!isEmpty(previous)) told.previous = { cellValuesByFieldId: previous };
  }
  if (record.unchanged !== undefined) {
    const unchanged = pick(
      record.unchanged.cellValuesByFieldId,
      (fieldId) => demand.includesCell(fieldId) && !Object.hasOwn(changed, fieldId),
    );
    if (!isEmpty(unchanged)) told.unchanged = { cellValuesByFieldId: unchanged };
  }
  return told;
}

function pick(cells: Cells, told: (fieldId: string, value: unknown) => boolean): JsonObject {
  const picked: JsonObject = {};
  for (const [fieldId, value] of Object.entries(cells)) if (told(fieldId, value)) picked[fieldId] = value as JsonValue;
  return picked;
}

/** What Airtable leaves out of a record: null, "", [] and false. */
const isEmptyCell = (value: unknown): boolean =>
  value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0);
