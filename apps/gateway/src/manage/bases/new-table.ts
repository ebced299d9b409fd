import type { BaseTable } from '@sluice/contracts/base-commands';
import { newAirtableId } from '@sluice/service-kit/new-airtable-id';
import type { NewTable } from './table-operations.js';

/** A new table with its parts: ids that are not given are drawn. */
export function newTable({ name = null, description = null, fields, views }: NewTable): BaseTable {
  return {
    id: newAirtableId('tbl'),
    name,
    description,
    fields: (fields ?? []).map((field) => part(field, 'fld')),
    views: (views ?? []).map((view) => part(view, 'viw')),
  };
}

type Part = NonNullable<NewTable['fields']>[number];

const part = ({ id, name = null, type = null }: Part, prefix: 'fld' | 'viw') => ({
  id: id ?? newAirtableId(prefix),
  name,
  type,
});
