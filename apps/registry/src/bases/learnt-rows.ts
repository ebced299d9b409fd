import type { BaseFieldEntity } from './base-field.entity.js';
import type { BaseTableEntity } from './base-table.entity.js';
import { PARTS_PER_TABLE, TABLES_PER_BASE } from './schema-limits.js';
import type { LearntPart, LearntTable } from './settle-patches.js';

export type TableRow = Omit<BaseTableEntity, 'base'>;
/** Of a field or a view. */
export type PartRow = Omit<BaseFieldEntity, 'table'>;

export interface LearntRows<Row> {
  /** Those that are new or different. */
  rows: Row[];
  /** How many there was no room for. */
  leftOut: number;
}

/** What a base's tables become; new ones come after those that are known, which are all of the base's. */
export function learntTables(
  baseId: string,
  known: readonly TableRow[],
  told: readonly LearntTable[],
): LearntRows<TableRow> {
  const before = new Map(known.map((table) => [table.id, table]));
  let position = lastPosition(known);
  let room = TABLES_PER_BASE - known.length;
  const rows: TableRow[] = [];
  let leftOut = 0;
  for (const { id, ...members } of told) {
    const old = before.get(id);
    if (old === undefined && room === 0) leftOut++;
    else if (old === undefined) {
      room--;
      rows.push({ baseId, id, name: null, description: null, position: ++position, ...members });
    } else {
      const row = { ...old, ...members };
      if (row.name !== old.name || row.description !== old.description) rows.push(row);
    }
  }
  return { rows, leftOut };
}

/**
 * What fields, or views, become. `known` are all of the tables that are told of, and those of the told ids that are in other
 * tables: they move. `room` is how many more the base may have.
 */
export function learntParts(
  baseId: string,
  known: readonly PartRow[],
  told: readonly LearntPart[],
  room: number,
): LearntRows<PartRow> {
  const before = new Map(known.map((part) => [part.id, part]));
  const places = placesOf(known);
  const rows: PartRow[] = [];
  let added = 0;
  let leftOut = 0;
  for (const { id, tableId, ...members } of told) {
    const old = before.get(id);
    if (old?.tableId === tableId) {
      const row = { ...old, ...members };
      if (row.name !== old.name || row.type !== old.type) rows.push(row);
      continue;
    }
    const place = places.get(tableId) ?? { size: 0, last: -1 };
    if (place.size >= PARTS_PER_TABLE || (old === undefined && added >= room)) {
      leftOut++;
      continue;
    }
    if (old === undefined) added++;
    const position = place.last + 1;
    places.set(tableId, { size: place.size + 1, last: position });
    rows.push({ baseId, id, name: old?.name ?? null, type: old?.type ?? null, ...members, tableId, position });
  }
  return { rows, leftOut };
}

function placesOf(parts: readonly PartRow[]): Map<string, { size: number; last: number }> {
  const places = new Map<string, { size: number; last: number }>();
  for (const { tableId, position } of parts) {
    const { size, last } = places.get(tableId) ?? { size: 0, last: -1 };
    places.set(tableId, { size: size + 1, last: Math.max(last, position) });
  }
  return places;
}

const lastPosition = (rows: readonly { position: number }[]): number =>
  rows.reduce((last, { position }) => Math.max(last, position), -1);
