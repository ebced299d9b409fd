import type { TableChange } from '@sluice/contracts/table-change';
import type { SpecificationOptions } from '@sluice/contracts/webhook-specification';
import type { Part } from './part.js';
import type { Scope, Whereabouts } from './scope.js';

/**
 * Contract airtable 4.5: a webhook whose scope or watched field is destroyed is invalid from then on, whoever did it and
 * whatever else it asks for. Answers what did it, as far as payloads have a member for that (a destroyed view has none);
 * null for a webhook that stands. Included fields may go.
 */
export function invalidatedBy(
  change: TableChange,
  { watchDataInFieldIds = [], watchSchemasOfFieldIds = [] }: SpecificationOptions['filters'],
  scope: Scope,
  tableOf: Whereabouts,
): Part[] | null {
  const watched = new Set([...watchDataInFieldIds, ...watchSchemasOfFieldIds]);
  const parts: Part[] = [];
  for (const [tableId, { destroyedFieldIds = [] }] of Object.entries(change.changedTablesById ?? {})) {
    for (const value of destroyedFieldIds) {
      if (!watched.has(value)) continue;
      parts.push({ path: ['changedTablesById', tableId, 'destroyedFieldIds'], name: null, value, records: 0 });
    }
  }
  const needed = new Set(scope.of === 'base' ? [] : [scope.tableId]);
  for (const fieldId of watched) needed.add(tableOf[fieldId]);
  for (const value of change.destroyedTableIds ?? []) {
    if (needed.has(value)) parts.push({ path: ['destroyedTableIds'], name: null, value, records: 0 });
  }
  return parts.length > 0 || isViewDestroyed(scope, change) ? parts : null;
}

function isViewDestroyed(scope: Scope, { changedTablesById = {} }: TableChange): boolean {
  if (scope.of !== 'view') return false;
  return Object.values(changedTablesById).some(({ destroyedViewIds }) => destroyedViewIds?.includes(scope.viewId));
}
