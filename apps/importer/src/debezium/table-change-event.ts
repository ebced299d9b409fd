import { hash } from 'node:crypto';
import { sourceOfBase } from '@sluice/contracts/airtable-ids';
import type { DebeziumOptions } from '@sluice/contracts/sources';
import { TABLE_CHANGED } from '@sluice/contracts/table-change';
import type { OriginRecord } from '@sluice/contracts/unreadable-record';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';
import type { ConvertedEvent } from '../conversion/conversion.js';
import { idOfRecord, timeOfRecord } from '../conversion/record-identity.js';
import type { RowChange } from './row-change.js';
import { writeData } from './write-data.js';

type Fields = DebeziumOptions['tables'][string]['fields'];

/**
 * The same change as a transaction on a base (docs/table-changes.md), under the id of the row's event and the base's source.
 * Null for a table that is not mapped, a row without key, what is no change of a row (snapshot, truncation), and an update
 * that touched no column of a field.
 */
export function tableChangeEvent(
  change: RowChange,
  record: OriginRecord,
  { baseId, tables }: DebeziumOptions,
): ConvertedEvent | null {
  const table = Object.hasOwn(tables, change.table) ? tables[change.table] : undefined;
  if (table === undefined || change.key === null) return null;
  const time = change.time ?? timeOfRecord(record) ?? new Date(0).toISOString();
  const records = recordChanges(change, recordIdOf(change.table, change.key), table.fields, time);
  if (records === null) return null;
  const data: JsonObject = {
    timestamp: time,
    actionMetadata: { source: 'sync' },
    changedTablesById: { [table.tableId]: records },
  };
  return {
    attributes: {
      id: idOfRecord(record),
      source: sourceOfBase(baseId),
      type: TABLE_CHANGED,
      time,
      datacontenttype: 'application/json',
      extensions: {},
    },
    data: writeData(data),
  };
}

function recordChanges(change: RowChange, recordId: string, fields: Fields, time: string): JsonObject | null {
  const { operation, before, after } = change;
  if (operation === 'delete') return { destroyedRecordIds: [recordId] };
  if (operation === 'create' && after !== null) {
    const filled = cells(after, fields, (value) => value !== null);
    return { createdRecordsById: { [recordId]: { createdTime: time, cellValuesByFieldId: filled } } };
  }
  return operation === 'update' && after !== null ? updated(recordId, before, after, fields) : null;
}

/** Without the row before nobody knows which cells changed: then all that are known count as changed. */
function updated(recordId: string, before: JsonObject | null, after: JsonObject, fields: Fields): JsonObject | null {
  const changed = (value: JsonValue, column: string): boolean =>
    before === null || !Object.hasOwn(before, column) || writeJson(before[column] ?? null) !== writeJson(value);
  const current = cells(after, fields, changed);
  if (Object.keys(current).length === 0) return null;
  const record: JsonObject = { current: { cellValuesByFieldId: current } };
  if (before !== null) {
    record.previous = {
      cellValuesByFieldId: cells(before, fields, (_, column) => Object.hasOwn(current, fields[column] ?? '')),
    };
    record.unchanged = {
      cellValuesByFieldId: cells(after, fields, (value, column) => value !== null && !changed(value, column)),
    };
  }
  return { changedRecordsById: { [recordId]: record } };
}

/** The columns of a row that are fields and wanted, by the fields' ids. */
function cells(row: JsonObject, fields: Fields, wanted: (value: JsonValue, column: string) => boolean): JsonObject {
  const found = Object.entries(row).flatMap(([column, value]): [string, JsonValue][] => {
    const fieldId = Object.hasOwn(fields, column) ? fields[column] : undefined;
    return fieldId !== undefined && wanted(value, column) ? [[fieldId, value]] : [];
  });
  return Object.fromEntries(found);
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_CHARACTERS = 14;

/** The record's id: always the same for the same key of the same table, and in Airtable's form. */
function recordIdOf(table: string, key: JsonObject): string {
  let rest = BigInt(`0x${hash('sha256', writeJson([table, key]), 'hex')}`);
  let id = '';
  for (let at = 0; at < ID_CHARACTERS; at += 1) {
    id += ALPHABET[Number(rest % 62n)];
    rest /= 62n;
  }
  return `rec${id}`;
}
