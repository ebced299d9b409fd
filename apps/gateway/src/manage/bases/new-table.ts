import { randomInt } from 'node:crypto';
import type { BaseTable } from '@sluice/contracts/base-commands';
import type { NewTable } from './table-operations.js';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new table with its parts: ids that are not given are drawn. */
export function newTable({ name = null, description = null, fields, views }: NewTable): BaseTable {
  return {
    id: drawId('tbl'),
    name,
    description,
    fields: (fields ?? []).map((field) => part(field, 'fld')),
    views: (views ?? []).map((view) => part(view, 'viw')),
  };
}

type Part = NonNullable<NewTable['fields']>[number];

const part = ({ id, name = null, type = null }: Part, prefix: 'fld' | 'viw') => ({
  id: id ?? drawId(prefix),
  name,
  type,
});

/** An id of Airtable's form: a prefix of three letters and 14 characters of base62. */
const drawId = (prefix: 'tbl' | 'fld' | 'viw'): string =>
  prefix + Array.from({ length: 14 }, () => BASE62[randomInt(BASE62.length)]).join('');
