import type { TableChange } from '@sluice/contracts/table-change';
import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { writeJson } from '@sluice/exact-json/write-json';

/** The smallest thing that a change or a payload says: a cell, a name, an element of a list. */
export interface Leaf {
  path: readonly string[];
  /** As JSON. */
  text: string;
}

const CHANGES = ['changedTablesById', 'createdTablesById', 'destroyedTableIds'];

export const payloadOf = (payload: Uint8Array): JsonObject => parseJson(payload, { literals: true }) as JsonObject;

/** All that a change or a payload says of tables. Empty maps and lists say nothing. */
export function leavesOf(change: TableChange | JsonObject): Leaf[] {
  return CHANGES.flatMap((member) => [...leaves([member], (change as JsonObject)[member])]);
}

function* leaves(path: readonly string[], value: JsonValue | undefined): Iterable<Leaf> {
  if (value === undefined) return;
  if (Array.isArray(value) && path.at(-2) !== 'cellValuesByFieldId') {
    for (const element of value) yield { path, text: writeJson(element) };
  } else if (isJsonObject(value) && path.at(-2) !== 'cellValuesByFieldId') {
    for (const name of Object.keys(value)) yield* leaves([...path, name], value[name]);
  } else yield { path, text: writeJson(value) };
}

/** For comparisons: where and what, in an order of its own. */
export const said = (all: readonly Leaf[]): string[] => all.map(({ path, text }) => `${path.join('/')} ${text}`).sort();
