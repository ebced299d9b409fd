import { FieldId, TableId, ViewId } from '@sluice/contracts/airtable-ids';
import type { BaseTable } from '@sluice/contracts/base-commands';
import { Fault } from '../refusals/fault.js';
import type { JsonMembers } from '../server/json-body.js';
import { drawId, optionalId } from './id-member.js';

/**
 * A new table: `{name?, description?, fields?, views?}`, each field and view `{id?, name?, type?}`. Ids that are not given
 * are drawn.
 */
export function readNewTable(body: JsonMembers): BaseTable {
  body.only('name', 'description', 'fields', 'views');
  return {
    id: drawId('tbl'),
    ...namesOf(body),
    fields: body.has('fields')
      ? body.objects('fields').map((field) => readPart(field, FieldId, () => drawId('fld')))
      : [],
    views: body.has('views') ? body.objects('views').map((view) => readPart(view, ViewId, () => drawId('viw'))) : [],
  };
}

/**
 * What a table is to become, exactly: `fields` and `views` must be there, each with its id, as what is not named goes.
 *
 * @throws {Fault} 400 when the id of the path is none of a table, or the body is not as it should be.
 */
export function readWholeTable(tableId: string, body: JsonMembers): BaseTable {
  const id = TableId.safeParse(tableId);
  if (!id.success) throw new Fault(400, `the id in the path ${id.error.issues[0]?.message}`);
  body.only('name', 'description', 'fields', 'views');
  return {
    id: id.data,
    ...namesOf(body),
    fields: body.objects('fields').map((field) => readPart(field, FieldId, required(field))),
    views: body.objects('views').map((view) => readPart(view, ViewId, required(view))),
  };
}

const namesOf = (body: JsonMembers) => ({
  name: body.optionalString('name'),
  description: body.optionalString('description'),
});

function readPart(part: JsonMembers, schema: typeof FieldId, otherwise: () => string): BaseTable['fields'][number] {
  part.only('id', 'name', 'type');
  const id = optionalId(part, schema) ?? otherwise();
  return { id, name: part.optionalString('name'), type: part.optionalString('type') };
}

const required = (part: JsonMembers) => (): never => {
  throw part.fault('id', 'is required and missing: what a table becomes is told by ids');
};
