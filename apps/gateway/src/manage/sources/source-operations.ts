import { z } from 'zod';
import { defineOperation } from '../../operations/operation.js';
import { cursor, limit, nextCursor } from '../../operations/page.js';
import { ended, pathId } from '../../operations/texts.js';
import { CHANGED, ETAG, IF_MATCH, IF_NONE_MATCH, UNCHANGED } from '../../server/conditions.js';
import { NewSource, ShownSource, SourceChange } from './source-schemas.js';

const SOURCE_ID = /^src_[0-9A-Z]{26}$/;
const ofOne = { params: z.object({ id: pathId(SOURCE_ID, 'The source.') }), absent: 'there is no such source' };

export const listSources = defineOperation({
  id: 'listSources',
  tag: 'Sources',
  summary: 'List sources',
  description: 'The newest first.',
  access: 'manage',
  query: z.strictObject({ limit, cursor: cursor(SOURCE_ID) }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        sources: z.array(ShownSource).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});

export const createSource = defineOperation({
  id: 'createSource',
  tag: 'Sources',
  summary: 'Create a source',
  description: 'Importers go by it some seconds later. At most 50 of an account.',
  access: 'manage',
  body: NewSource,
  responses: { 201: { description: 'The source.', schema: ShownSource, headers: ETAG } },
  refusals: { 409: 'The account has a source of this topic, or this installation has no importer.' },
});

export const getSource = defineOperation({
  id: 'getSource',
  tag: 'Sources',
  summary: 'Get a source',
  access: 'manage',
  ...ofOne,
  headers: IF_NONE_MATCH,
  responses: { 200: { description: 'The source, and how it does.', schema: ShownSource, headers: ETAG }, ...UNCHANGED },
});

export const updateSource = defineOperation({
  id: 'updateSource',
  tag: 'Sources',
  summary: 'Change a source',
  description: 'What is absent stays, and null takes it away.',
  access: 'manage',
  ...ofOne,
  body: SourceChange,
  headers: IF_MATCH,
  responses: { 200: { description: 'The source as it is now.', schema: ShownSource, headers: ETAG } },
  refusals: CHANGED,
});

export const deleteSource = defineOperation({
  id: 'deleteSource',
  tag: 'Sources',
  summary: 'Delete a source',
  description: 'Nothing is read any more.',
  access: 'manage',
  ...ofOne,
  headers: IF_MATCH,
  refusals: CHANGED,
  responses: {
    200: { description: 'It is gone.', schema: ended('id', 'The source.') },
  },
});

export const pauseSource = defineOperation({
  id: 'pauseSource',
  tag: 'Sources',
  summary: 'Pause a source',
  description: 'Its records stay where they are, until it is resumed.',
  access: 'manage',
  ...ofOne,
  responses: { 200: { description: 'The source as it is now.', schema: ShownSource, headers: ETAG } },
});

export const resumeSource = defineOperation({
  id: 'resumeSource',
  tag: 'Sources',
  summary: 'Resume a source',
  description: 'It goes on where it was.',
  access: 'manage',
  ...ofOne,
  responses: { 200: { description: 'The source as it is now.', schema: ShownSource, headers: ETAG } },
});
