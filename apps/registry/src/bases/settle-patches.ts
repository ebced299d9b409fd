import { FieldId, TableId, ViewId } from '@sluice/contracts/airtable-ids';
import type { TablePatch } from '@sluice/contracts/base-commands';
import type { z } from 'zod';
import { NAME_LIMIT } from '../texts/checked-name.js';
import { plainText } from '../texts/plain-text.js';
import { DESCRIPTION_LIMIT } from './schema-limits.js';

/** What is told of a field or a view; absent members are not told. */
export interface LearntPart {
  id: string;
  tableId: string;
  name?: string;
  type?: string;
}

export interface LearntTable {
  id: string;
  name?: string;
  description?: string | null;
}

/** Patches as one: what is gone, and what the rest has become. Nothing is in two of these. */
export interface SettledPatches {
  destroyedTables: Set<string>;
  destroyedParts: Set<string>;
  tables: Map<string, LearntTable>;
  fields: Map<string, LearntPart>;
  views: Map<string, LearntPart>;
}

/**
 * Puts patches together: of what is told twice the later counts, but what was destroyed stays so, since ids do not come
 * again. Names are made fit to store: they come from publishers, and a refusal would help nobody.
 */
export function settlePatches(patches: readonly TablePatch[]): SettledPatches {
  const valid = patches.filter(({ tableId }) => TableId.safeParse(tableId).success);
  const destroyedTables = new Set(valid.filter(({ destroyed }) => destroyed).map(({ tableId }) => tableId));
  const living = valid.filter(({ tableId }) => !destroyedTables.has(tableId));
  const parts = living.flatMap(({ fields, views }) => [...fields, ...views]);
  const destroyedParts = new Set(parts.filter(({ destroyed }) => destroyed).map(({ id }) => id));
  return {
    destroyedTables,
    destroyedParts,
    tables: tablesOf(living),
    fields: partsOf(living, 'fields', FieldId, destroyedParts),
    views: partsOf(living, 'views', ViewId, destroyedParts),
  };
}

function tablesOf(patches: readonly TablePatch[]): SettledPatches['tables'] {
  const tables = new Map<string, LearntTable>();
  for (const { tableId: id, name, description } of patches) {
    tables.set(id, {
      ...tables.get(id),
      id,
      ...(name === undefined ? {} : { name: plainText(name, NAME_LIMIT) }),
      ...(description === undefined ? {} : { description: storable(description) }),
    });
  }
  return tables;
}

function partsOf(
  patches: readonly TablePatch[],
  member: 'fields' | 'views',
  Id: z.ZodType<string>,
  destroyed: ReadonlySet<string>,
): Map<string, LearntPart> {
  const parts = new Map<string, LearntPart>();
  for (const { tableId, [member]: told } of patches) {
    for (const { id, name, type } of told) {
      if (destroyed.has(id) || !Id.safeParse(id).success) continue;
      parts.set(id, {
        ...parts.get(id),
        id,
        tableId,
        ...(name === undefined ? {} : { name: plainText(name, NAME_LIMIT) }),
        ...(type === undefined ? {} : { type: plainText(type, NAME_LIMIT) }),
      });
    }
  }
  return parts;
}

/** Lines stay lines; what PostgreSQL can't store becomes white space. */
const storable = (text: string | null): string | null =>
  text === null ? null : text.slice(0, DESCRIPTION_LIMIT).replace(/[\p{Cs}\0]/gu, ' ');
