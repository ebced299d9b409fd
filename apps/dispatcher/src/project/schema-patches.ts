import type { TablePatch } from '@sluice/contracts/base-commands';
import type { TableChange, TableChanged, TableCreated } from '@sluice/contracts/table-change';

/** A field or a view. */
type Patch = TablePatch['fields'][number];
type Definitions = Record<string, { name?: string | undefined; type?: string | undefined }>;

/** What the change says of the base's schema, a patch for each table that it says something of; none when it is about records. */
export function schemaPatches(change: TableChange): TablePatch[] {
  const patches = new Map<string, TablePatch>();
  for (const [tableId, table] of Object.entries(change.createdTablesById ?? {})) {
    patches.set(tableId, patchOfCreated(tableId, table));
  }
  for (const [tableId, table] of Object.entries(change.changedTablesById ?? {})) {
    const patch = patchOfChanged(tableId, table, patches.get(tableId));
    if (patch !== null) patches.set(tableId, patch);
  }
  for (const tableId of change.destroyedTableIds ?? []) {
    patches.set(tableId, { tableId, destroyed: true, fields: [], views: [] });
  }
  return [...patches.values()];
}

const patchOfCreated = (tableId: string, { metadata, fieldsById, viewsById }: TableCreated): TablePatch => ({
  tableId,
  ...metadata,
  fields: merged([], defined(fieldsById)),
  views: merged([], defined(viewsById)),
});

/** Null when the table's change says nothing of the schema. */
function patchOfChanged(tableId: string, table: TableChanged, earlier: TablePatch | undefined): TablePatch | null {
  const fields = merged(
    earlier?.fields ?? [],
    defined(table.createdFieldsById),
    Object.entries(table.changedFieldsById ?? {}).map(([id, { current }]) => ({ id, ...current })),
    destroyed(table.destroyedFieldIds),
  );
  const views = merged(earlier?.views ?? [], defined(table.createdViewsById), destroyed(table.destroyedViewIds));
  const metadata = table.changedMetadata?.current ?? {};
  const saysNothing = fields.length === 0 && views.length === 0 && Object.keys(metadata).length === 0;
  return saysNothing ? null : { ...earlier, tableId, ...metadata, fields, views };
}

const defined = (definitions: Definitions = {}): Patch[] =>
  Object.entries(definitions).map(([id, definition]) => ({ id, ...definition }));

const destroyed = (ids: readonly string[] = []): Patch[] => ids.map((id) => ({ id, destroyed: true }));

/** One patch for each id: later ones add to the earlier, and what is destroyed has no more to it. */
function merged(...lists: Patch[][]): Patch[] {
  const patches = new Map<string, Patch>();
  for (const patch of lists.flat()) {
    patches.set(patch.id, patch.destroyed === true ? patch : { ...patches.get(patch.id), ...patch });
  }
  return [...patches.values()];
}
