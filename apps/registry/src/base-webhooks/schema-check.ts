import { accepted, type Result } from '@sluice/contracts/result';
import type { SpecificationOptions } from '@sluice/contracts/webhook-specification';
import type { EntityManager } from 'typeorm';
import { pathOf, refusedFor, type SpecificationFault } from './read-specification.js';

/** Contract airtable 2.1: views that no webhook can be scoped to. */
const UNSUPPORTED_VIEWS: readonly (string | null)[] = ['form', 'list'];

/** Whether the base has the table, view and fields that a specification names. */
export async function checkAgainstSchema(
  transaction: EntityManager,
  baseId: string,
  options: SpecificationOptions,
): Promise<Result<null>> {
  const faults = [
    ...(await scopeFaults(transaction, baseId, options)),
    ...(await fieldFaults(transaction, baseId, options)),
  ];
  return faults.length === 0 ? accepted(null) : refusedFor(faults);
}

async function scopeFaults(
  transaction: EntityManager,
  baseId: string,
  { filters: { recordChangeScope: scope } }: SpecificationOptions,
): Promise<SpecificationFault[]> {
  if (scope === undefined) return [];
  const path = pathOf(['options', 'filters', 'recordChangeScope']);
  if (scope.startsWith('tbl')) {
    const found = await transaction.query('select 1 from registry.base_table where base_id = $1 and id = $2', [
      baseId,
      scope,
    ]);
    return found.length > 0 ? [] : [{ path, message: 'names a table that the base does not have' }];
  }
  const [view] = await transaction.query<{ type: string | null }[]>(
    'select type from registry.base_view where base_id = $1 and id = $2',
    [baseId, scope],
  );
  if (view === undefined) return [{ path, message: 'names a view that the base does not have' }];
  if (!UNSUPPORTED_VIEWS.includes(view.type)) return [];
  return [{ path, message: `names a ${view.type} view, whose records no webhook can follow` }];
}

async function fieldFaults(
  transaction: EntityManager,
  baseId: string,
  options: SpecificationOptions,
): Promise<SpecificationFault[]> {
  const named = namedFields(options);
  if (named.length === 0) return [];
  const known = await transaction.query<{ id: string }[]>(
    'select id from registry.base_field where base_id = $1 and id = any ($2)',
    [baseId, named.map(({ id }) => id)],
  );
  const ids = new Set(known.map(({ id }) => id));
  return named
    .filter(({ id }) => !ids.has(id))
    .map(({ path }) => ({ path, message: 'names a field that the base does not have' }));
}

/** The fields that a specification watches or includes, each with its place. */
function namedFields({ filters, includes }: SpecificationOptions): { id: string; path: string }[] {
  const included = includes?.includeCellValuesInFieldIds;
  const lists = [
    { ids: filters.watchDataInFieldIds, at: ['options', 'filters', 'watchDataInFieldIds'] },
    { ids: filters.watchSchemasOfFieldIds, at: ['options', 'filters', 'watchSchemasOfFieldIds'] },
    { ids: included === 'all' ? [] : included, at: ['options', 'includes', 'includeCellValuesInFieldIds'] },
  ];
  return lists.flatMap(({ ids = [], at }) => ids.map((id, index) => ({ id, path: pathOf([...at, index]) })));
}

/** The ids without which a webhook is nothing: its scope and what it watches. Included fields may go (contract airtable 2.3). */
export const subjectsOf = ({ filters }: SpecificationOptions): string[] => [
  ...(filters.recordChangeScope === undefined ? [] : [filters.recordChangeScope]),
  ...(filters.watchDataInFieldIds ?? []),
  ...(filters.watchSchemasOfFieldIds ?? []),
];
