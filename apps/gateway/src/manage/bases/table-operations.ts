import { FieldId, TableId, ViewId } from '@sluice/contracts/airtable-ids';
import { BaseTable } from '@sluice/contracts/base-commands';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.js';
import { ended } from '../../operations/texts.js';

const ofBase = z.object({ id: z.string().meta({ description: 'The base.' }) });
const tableId = z.string().meta({ description: 'The table.' });

const TABLE = {
  name: 'Tasks',
  description: null,
  fields: [{ id: 'fldA1b2C3d4E5f6G7', name: 'Status', type: 'singleSelect' }],
  views: [{ id: 'viwA1b2C3d4E5f6G7', name: 'Open', type: 'grid' }],
};

export const ShownTable = BaseTable.meta({ id: 'Table', examples: [{ id: 'tblQ1w2E3r4T5y6U7', ...TABLE }] });

const text = z.string().nullish();
const named = {
  name: text.meta({ description: 'What it is called.' }),
  type: text.meta({ description: 'Of which type it is.' }),
};
const withId = (id: z.ZodType<string>) => z.strictObject({ id: id.meta({ description: 'Its id.' }), ...named });
const withoutId = (id: z.ZodType<string>) =>
  z.strictObject({ id: id.nullish().meta({ description: 'Drawn if none is given.' }), ...named });
const tableTexts = {
  name: text.meta({ description: 'What it is called.' }),
  description: text.meta({ description: 'Text for people.' }),
};

/** Ids that are not given are drawn. */
const NewTable = z
  .strictObject({
    ...tableTexts,
    fields: z.array(withoutId(FieldId)).nullish().meta({ description: 'At most 1,000.' }),
    views: z.array(withoutId(ViewId)).nullish().meta({ description: 'At most 1,000.' }),
  })
  .meta({
    id: 'NewTable',
    examples: [
      { name: 'Tasks', fields: [{ name: 'Status', type: 'singleSelect' }], views: [{ name: 'Open', type: 'grid' }] },
    ],
  });
export type NewTable = z.output<typeof NewTable>;

/** What is not named goes, so each field and view has its id. */
const WholeTable = z
  .strictObject({
    ...tableTexts,
    fields: z.array(withId(FieldId)).meta({ description: 'All that it has from now on.' }),
    views: z.array(withId(ViewId)).meta({ description: 'All that it has from now on.' }),
  })
  .meta({ id: 'WholeTable', examples: [TABLE] });

export const createTable = defineOperation({
  id: 'createTable',
  tag: 'Bases',
  summary: 'Create a table',
  description: 'Ids of fields and views are drawn where none are given.',
  access: 'manage',
  params: ofBase,
  body: NewTable,
  responses: { 201: { description: 'The table.', schema: ShownTable } },
  refusals: { 404: 'There is no such base.', 409: 'An id is taken: another table of the base has it.' },
});

export const putTable = defineOperation({
  id: 'putTable',
  tag: 'Bases',
  summary: 'Make or replace a table',
  description:
    'The table becomes exactly this: what is not named goes. Webhooks that name a table, field or view that goes become invalid.',
  access: 'manage',
  params: ofBase.extend({ table_id: TableId.meta({ description: 'The table.' }) }),
  body: WholeTable,
  responses: { 200: { description: 'The table as it is now.', schema: ShownTable } },
  refusals: { 404: 'There is no such base.', 409: 'An id is taken: another table of the base has it.' },
});

export const deleteTable = defineOperation({
  id: 'deleteTable',
  tag: 'Bases',
  summary: 'Delete a table',
  access: 'manage',
  params: ofBase.extend({ table_id: tableId }),
  responses: {
    200: { description: 'It is gone.', schema: ended('id', 'The table.') },
  },
  refusals: { 404: 'There is no such base or table.' },
});
