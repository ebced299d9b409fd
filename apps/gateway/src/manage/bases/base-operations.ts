import { BaseId } from '@sluice/contracts/airtable-ids';
import { TransactionNumbers } from '@sluice/contracts/base-commands';
import { z } from 'zod';
import { createdCursor } from '../../operations/created-place.js';
import { defineOperation } from '../../operations/operation.js';
import { nextCursor, wholeLimit } from '../../operations/page.js';
import { createdAt, ended, filled } from '../../operations/texts.js';
import { CHANGED, ETAG, IF_MATCH, IF_NONE_MATCH, UNCHANGED } from '../../server/conditions.js';
import { ShownTable } from './table-operations.js';

const ofOne = {
  params: z.object({ id: z.string().meta({ description: 'The base.' }) }),
  refusals: { 404: 'There is no such base.' },
};
const BASE = {
  id: 'appA1b2C3d4E5f6G7',
  name: 'Orders',
  transaction_numbers: 'given',
  created_at: '2026-06-01T09:30:00.000Z',
};
const WHO_NUMBERS = 'Whether Sluice assigns the numbers of its transactions, or the publisher gives them.';

const ShownBase = z
  .object({
    id: z.string().meta({ description: 'Its id.' }),
    name: z.string().meta({ description: 'What it is called.' }),
    transaction_numbers: TransactionNumbers.meta({ description: WHO_NUMBERS }),
    created_at: createdAt,
  })
  .meta({ id: 'Base', examples: [BASE] });
export type ShownBase = z.input<typeof ShownBase>;

const WholeBase = ShownBase.extend({ tables: z.array(ShownTable).meta({ description: 'All of them.' }) }).meta({
  id: 'BaseWithTables',
  examples: [{ ...BASE, tables: [] }],
});

const NewBase = z
  .strictObject({
    name: filled.meta({ description: 'What it is called.' }),
    transaction_numbers: TransactionNumbers.nullish().meta({ description: `${WHO_NUMBERS} Never changes.` }),
    id: BaseId.nullish().meta({ description: 'Drawn if none is given.' }),
  })
  .meta({ id: 'NewBase', examples: [{ name: 'Orders', transaction_numbers: 'given' }] });

export const createBase = defineOperation({
  id: 'createBase',
  tag: 'Bases',
  summary: 'Create a base',
  description: 'At most 1,000.',
  access: 'manage',
  body: NewBase,
  responses: { 201: { description: 'The base.', schema: ShownBase } },
  refusals: { 409: 'Some base has this id.' },
});

export const listBases = defineOperation({
  id: 'listBases',
  tag: 'Bases',
  summary: 'List bases',
  description: 'In the order of creation.',
  access: 'manage',
  query: z.strictObject({ limit: wholeLimit, cursor: createdCursor('bases', /app[0-9A-Za-z]{14}/) }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        bases: z.array(ShownBase).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});

export const getBase = defineOperation({
  id: 'getBase',
  tag: 'Bases',
  summary: 'Get a base with its tables',
  access: 'manage',
  ...ofOne,
  headers: IF_NONE_MATCH,
  responses: { 200: { description: 'The base.', schema: WholeBase, headers: ETAG }, ...UNCHANGED },
});

export const deleteBase = defineOperation({
  id: 'deleteBase',
  tag: 'Bases',
  summary: 'Delete a base',
  description: 'Its tables, collaborators and webhooks go along; no payload and no ping starts afterwards.',
  access: 'manage',
  params: ofOne.params,
  headers: IF_MATCH,
  refusals: { ...ofOne.refusals, ...CHANGED },
  responses: {
    200: { description: 'It is gone.', schema: ended('id', 'The base.') },
  },
});
