import { FieldId, TableId, ViewId } from '@sluice/contracts/airtable-ids';
import type { BaseTable } from '@sluice/contracts/base-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { z } from 'zod';
import { NAME_LIMIT } from '../texts/checked-name.js';
import { plainTextFault } from '../texts/plain-text.js';
import { DESCRIPTION_LIMIT, PARTS_PER_TABLE } from './schema-limits.js';

/** What PostgreSQL can't store, or changes; lines and tabs are welcome in a description. */
const UNSTORABLE = /[\p{Cs}\0]/u;

/** A table as somebody described it, if every part of it is acceptable by itself. */
export function checkedTable(table: BaseTable): Result<BaseTable> {
  const id = TableId.safeParse(table.id);
  if (!id.success) return refused('invalid', `id ${id.error.issues[0]!.message}`, 'id');
  const { name, description, fields, views } = table;
  const fault =
    textFault(name, 'name') ??
    descriptionFault(description) ??
    partsFault(fields, 'fields', FieldId) ??
    partsFault(views, 'views', ViewId);
  return fault ?? accepted(table);
}

type Fault = ReturnType<typeof refused>;

function partsFault(parts: BaseTable['fields'], member: 'fields' | 'views', Id: z.ZodType<string>): Fault | null {
  if (parts.length > PARTS_PER_TABLE) {
    return refused('invalid', `${member} are more than ${PARTS_PER_TABLE}, the most that a table may have`, member);
  }
  const seen = new Set<string>();
  for (const [index, { id, name, type }] of parts.entries()) {
    const path = `${member}.${index}`;
    const checked = Id.safeParse(id);
    if (!checked.success) {
      return refused('invalid', `${path}.id ${checked.error.issues[0]!.message}`, `${path}.id`);
    }
    if (seen.has(id)) return refused('invalid', `${path}.id is there twice`, `${path}.id`);
    seen.add(id);
    const fault = textFault(name, `${path}.name`) ?? textFault(type, `${path}.type`);
    if (fault !== null) return fault;
  }
  return null;
}

function textFault(text: string | null, field: string): Fault | null {
  if (text === null) return null;
  const fault = text === '' ? 'is empty' : plainTextFault(text, NAME_LIMIT);
  return fault === null ? null : refused('invalid', `${field} ${fault}`, field);
}

function descriptionFault(description: string | null): Fault | null {
  if (description === null) return null;
  if (description.length > DESCRIPTION_LIMIT) {
    return refused('invalid', `description is longer than ${DESCRIPTION_LIMIT} characters`, 'description');
  }
  return UNSTORABLE.test(description)
    ? refused('invalid', 'description contains a NUL character or half of a character', 'description')
    : null;
}
