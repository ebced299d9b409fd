import { ExactNumber } from '@sluice/exact-json/exact-number';
import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { writeJson } from '@sluice/exact-json/write-json';
import type { FilterNode } from '@sluice/filters/filter';
import { formatPath } from '@sluice/filters/path';

/** The operators that the builder offers; the JSON editor knows all. */
export const offered = [
  '$eq',
  '$neq',
  '$in',
  '$nin',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$startsWith',
  '$endsWith',
  '$regex',
  '$exist',
] as const;
export type Offered = (typeof offered)[number];

/** One line of the builder; the value as it was typed. */
export interface Row {
  key: number;
  path: string;
  operator: Offered;
  value: string;
}

export interface BuiltFilter {
  join: 'all' | 'any';
  rows: Row[];
}

let keys = 0;
export const newRow = (): Row => ({ key: ++keys, path: '', operator: '$eq', value: '' });

/** What the builder shows for a filter; null when the filter says more than it can show. */
export function builtOf(root: FilterNode): BuiltFilter | null {
  if (root.kind === 'not') return null;
  const nodes = root.kind === 'condition' ? [root] : root.nodes;
  const rows: Row[] = [];
  for (const node of nodes) {
    const row = rowOf(node);
    if (row === null) return null;
    rows.push(row);
  }
  return { join: root.kind === 'or' ? 'any' : 'all', rows };
}

function rowOf(node: FilterNode): Row | null {
  if (node.kind !== 'condition' || node.path.length === 0) return null;
  const { operator, operand } = node.condition;
  const known = offered.find((candidate) => candidate === operator);
  if (known === undefined) return null;
  const value = typed(known, operand);
  return value === null ? null : { key: ++keys, path: formatPath(node.path), operator: known, value };
}

const takesList = (operator: Offered): boolean => ['$in', '$nin', '$startsWith', '$endsWith'].includes(operator);
const takesText = (operator: Offered): boolean => ['$startsWith', '$endsWith', '$regex'].includes(operator);

/** How an operand would have been typed; null when it can't be. */
function typed(operator: Offered, operand: JsonValue): string | null {
  if (takesList(operator) && Array.isArray(operand)) {
    const texts = operand.map((value) => typedOne(operator, value));
    return texts.every((text) => text !== null && text !== '' && !text.includes(',')) ? texts.join(', ') : null;
  }
  const text = typedOne(operator, operand);
  return text !== null && takesList(operator) && text.includes(',') ? null : text;
}

function typedOne(operator: Offered, value: JsonValue): string | null {
  if (isJsonObject(value) || Array.isArray(value)) return null;
  if (typeof value !== 'string') return writeJson(value);
  if (value !== value.trim()) return null;
  // What would be read as a number, say, is kept a text by its quotes.
  return takesText(operator) || readOne(operator, value) === value ? value : JSON.stringify(value);
}

function readOne(operator: Offered, text: string): JsonValue {
  if (takesText(operator)) return text;
  try {
    const value = parseJson(text);
    return isJsonObject(value) || Array.isArray(value) ? text : value;
  } catch {
    return text;
  }
}

function operandOf({ operator, value }: Row): JsonValue {
  if (operator === '$exist') return value !== 'false';
  if (!takesList(operator)) return readOne(operator, value.trim());
  const parts = value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const values = parts.map((part) => readOne(operator, part));
  return takesText(operator) && values.length === 1 ? values[0]! : values;
}

/** Whether a line says something already. */
const isComplete = ({ path, operator, value }: Row): boolean =>
  path.trim() !== '' && (operator === '$exist' || value.trim() !== '');

/** The filter that the complete lines say. */
export function filterOf({ join, rows }: BuiltFilter): JsonObject {
  const conditions = rows.filter(isComplete);
  if (join === 'any' && conditions.length > 1) return { $or: conditions.map((row) => conditionOf(row)) };
  const filter: Record<string, JsonObject> = {};
  const beside: JsonObject[] = [];
  for (const row of conditions) {
    const path = row.path.trim();
    const there = Object.hasOwn(filter, path) ? filter[path] : undefined;
    if (there === undefined) filter[path] = { [row.operator]: operandOf(row) };
    else if (row.operator in there) beside.push(conditionOf(row));
    else there[row.operator] = operandOf(row);
  }
  const members: JsonObject = {};
  for (const [path, operators] of Object.entries(filter)) members[path] = shortest(operators);
  return beside.length === 0 ? members : { $and: [members, ...beside] };
}

const conditionOf = (row: Row): JsonObject => ({ [row.path.trim()]: shortest({ [row.operator]: operandOf(row) }) });

/** `{"a": {"$eq": 1}}` is `{"a": 1}`. */
function shortest(operators: JsonObject): JsonValue {
  const { $eq } = operators;
  const alone = Object.keys(operators).length === 1 && $eq !== undefined;
  return alone && (typeof $eq !== 'object' || $eq === null || $eq instanceof ExactNumber) ? $eq : operators;
}
