import { ExactNumber } from '@sluice/exact-json/exact-number';
import { isJsonObject, memberOf } from '@sluice/exact-json/json-object';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { Unreadable } from '../conversion/conversion.js';
import { momentOf } from '../conversion/record-identity.js';
import { structValue } from './column-value.js';
import type { RowChange, RowOperation } from './row-change.js';
import { type Enveloped, fieldSchema } from './schema-envelope.js';
import { knownRow } from './unavailable-value.js';

/** Debezium's codes of operations. */
const OPERATIONS: Readonly<Record<string, RowOperation>> = {
  r: 'snapshot',
  c: 'create',
  u: 'update',
  d: 'delete',
  t: 'truncate',
};
/** A message of the application in the database's log: about no row. */
const MESSAGE = 'm';
/** What ExtractNewRecordState adds to a row begins so. */
const ADDED = '__';

/**
 * Reads a change, in Debezium's own envelope or flattened to a row by its transformation ExtractNewRecordState. Null for what
 * is about no row: a message in the log, a change of a schema, the begin or end of a transaction.
 *
 * @param key of the row, null where the record has none
 * @param topic names the table of a flattened row that does not
 * @throws {Unreadable}
 */
export function readChange(value: Enveloped, key: JsonObject | null, topic: string): RowChange | null {
  const { payload, schema } = value;
  if (!isJsonObject(payload)) throw new Unreadable('the value is no change: it must be a JSON object');
  if (!isJsonObject(payload.source)) {
    return isTransactionBoundary(payload) ? null : fromRow(payload, schema, key, topic);
  }
  if (payload.op !== undefined) return fromEnvelope(payload, schema, key);
  if (payload.ddl !== undefined || payload.tableChanges !== undefined) return null;
  if (payload.before !== undefined || payload.after !== undefined) throw new Unreadable('op: is required and missing');
  return fromRow(payload, schema, key, topic);
}

/** A record of the connector's topic of transactions: it has these members and no others. */
const BOUNDARY = new Set(['status', 'id', 'event_count', 'data_collections', 'ts_ms']);
function isTransactionBoundary(payload: JsonObject): boolean {
  const { status, id, event_count: count } = payload;
  if ((status !== 'BEGIN' && status !== 'END') || typeof id !== 'string' || count === undefined) return false;
  return Object.keys(payload).every((name) => BOUNDARY.has(name));
}

function fromEnvelope(payload: JsonObject, schema: JsonValue, key: JsonObject | null): RowChange | null {
  const { op, source = null } = payload;
  if (op === MESSAGE) return null;
  const operation = operationOf(op ?? null, 'op');
  const formerRow = rowOf(payload, 'before', schema);
  const before = formerRow && knownRow(formerRow, null);
  const after = rowOf(payload, 'after', schema);
  const time = timeOf(memberOf(source, 'ts_ms')) ?? timeOf(payload.ts_ms);
  const table = tableOf(memberOf(source, 'schema') ?? memberOf(source, 'db'), memberOf(source, 'table') ?? null);
  if (table === null) throw new Unreadable('source: names no table');
  const isGone = operation === 'delete' || operation === 'truncate';
  if (!isGone && after === null) throw new Unreadable(`after: must be a row where op is ${String(op)}`);
  if (operation === 'truncate') return { operation, table, key: null, before: null, after: null, time };
  return { operation, table, key, before, after: after && knownRow(after, before), time };
}

function fromRow(payload: JsonObject, schema: JsonValue, key: JsonObject | null, topic: string): RowChange | null {
  const columns = Object.entries(payload).filter(([name]) => !name.startsWith(ADDED));
  const row = structValue(Object.fromEntries(columns), schema);
  const { __op: op = null, __deleted: deleted = null } = payload;
  if (op === MESSAGE) return null;
  const isDeleted = String(deleted) === 'true';
  const operation = isDeleted ? 'delete' : op === null ? 'update' : operationOf(op, '__op');
  const table =
    tableOf(payload.__schema ?? payload.__db ?? payload.__source_schema, payload.__table ?? payload.__source_table) ??
    topic.split('.').slice(-2).join('.');
  const time = timeOf(payload.__source_ts_ms) ?? timeOf(payload.__ts_ms);
  if (operation === 'truncate') return { operation, table, key: null, before: null, after: null, time };
  const known = knownRow(row, null);
  const [before, after] = operation === 'delete' ? [known, null] : [null, known];
  return { operation, table, key, before, after, time };
}

function operationOf(code: JsonValue, path: string): RowOperation {
  const operation = typeof code === 'string' && Object.hasOwn(OPERATIONS, code) ? OPERATIONS[code] : undefined;
  if (operation !== undefined) return operation;
  const found = JSON.stringify(code instanceof ExactNumber ? code.literal : code)?.slice(0, 40);
  throw new Unreadable(`${path}: must be one of ${Object.keys(OPERATIONS).join(', ')}, is ${found}`);
}

function rowOf(payload: JsonObject, name: 'before' | 'after', schema: JsonValue): JsonObject | null {
  const row = payload[name] ?? null;
  if (row === null) return null;
  if (!isJsonObject(row)) throw new Unreadable(`${name}: must be an object, or null`);
  return structValue(row, fieldSchema(schema, name));
}

function tableOf(schema: JsonValue | undefined, table: JsonValue | undefined): string | null {
  if (typeof table !== 'string' || table === '') return null;
  return typeof schema === 'string' && schema !== '' ? `${schema}.${table}` : table;
}

const timeOf = (milliseconds: JsonValue | undefined): string | undefined =>
  typeof milliseconds === 'number' && Number.isInteger(milliseconds) ? momentOf(milliseconds) : undefined;
