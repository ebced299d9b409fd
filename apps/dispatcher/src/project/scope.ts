import type { TableChange } from '@sluice/contracts/table-change';
import type { SpecificationOptions } from '@sluice/contracts/webhook-specification';

/** The tables of the views and fields that a specification names, by their ids, as far as the caller knows them. */
export type Whereabouts = Readonly<Record<string, string>>;

/** Contract airtable 2.1, `recordChangeScope`. A view's table is undefined when neither the change nor the caller knows it. */
export type Scope =
  | { of: 'base' }
  | { of: 'table'; tableId: string }
  | { of: 'view'; viewId: string; tableId: string | undefined };

/**
 * What a specification limits its webhook to.
 *
 * @param tableOf what the caller knows of views beside the change.
 */
export function scopeOf(
  { recordChangeScope: id }: SpecificationOptions['filters'],
  change: TableChange,
  tableOf: Whereabouts,
): Scope {
  if (id === undefined) return { of: 'base' };
  if (id.startsWith('tbl')) return { of: 'table', tableId: id };
  return { of: 'view', viewId: id, tableId: tableToldOf(id, change) ?? tableOf[id] };
}

/** Schema, records and whole tables alike: what lies outside is as if it had not happened. */
export const covers = (scope: Scope, tableId: string): boolean => scope.of === 'base' || scope.tableId === tableId;

function tableToldOf(viewId: string, { changedTablesById = {} }: TableChange): string | undefined {
  for (const [tableId, { changedViewsById, createdViewsById, destroyedViewIds }] of Object.entries(changedTablesById)) {
    if (changedViewsById !== undefined && Object.hasOwn(changedViewsById, viewId)) return tableId;
    if (createdViewsById !== undefined && Object.hasOwn(createdViewsById, viewId)) return tableId;
    if (destroyedViewIds?.includes(viewId)) return tableId;
  }
  return undefined;
}
