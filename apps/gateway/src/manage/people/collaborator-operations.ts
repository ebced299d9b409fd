import { Role } from '@sluice/contracts/base-commands';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.js';
import { cursor, nextCursor, wholeLimit } from '../../operations/page.js';
import { ended } from '../../operations/texts.js';

/** A place of this list: the email that a page ended at. */
const EMAIL = /^collaborators\/[^\s\p{Cc}@]+@[^\s\p{Cc}@]+$/u;
const ofBase = z.object({ id: z.string().meta({ description: 'The base.' }) });
const ofUser = ofBase.extend({ user_id: z.string().meta({ description: 'The user.' }) });

const ShownCollaborator = z
  .object({
    user_id: z.string().meta({ description: 'The user.' }),
    email: z.string().meta({ description: 'Their email.' }),
    role: Role.meta({ description: 'What they are in the base.' }),
  })
  .meta({
    id: 'Collaborator',
    examples: [{ user_id: 'usrA1b2C3d4E5f6G7', email: 'ada@example.org', role: 'creator' }],
  });
export type ShownCollaborator = z.input<typeof ShownCollaborator>;

export const listCollaborators = defineOperation({
  id: 'listCollaborators',
  tag: 'Bases',
  summary: 'List collaborators',
  description: 'Which users work in a base, and as what; by email.',
  access: 'manage',
  params: ofBase,
  query: z.strictObject({ limit: wholeLimit, cursor: cursor(EMAIL) }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        collaborators: z.array(ShownCollaborator).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
  refusals: { 404: 'There is no such base.' },
});

export const putCollaborator = defineOperation({
  id: 'putCollaborator',
  tag: 'Bases',
  summary: 'Set the role of a collaborator',
  description: 'The user works in the base from now on, in this role.',
  access: 'manage',
  params: ofUser,
  body: z
    .strictObject({ role: Role.meta({ description: 'What the user is in the base, from most to least.' }) })
    .meta({ id: 'NewCollaborator', examples: [{ role: 'creator' }] }),
  responses: { 200: { description: 'The collaborator as it is now.', schema: ShownCollaborator } },
  refusals: { 404: 'There is no such base or user.' },
});

export const deleteCollaborator = defineOperation({
  id: 'deleteCollaborator',
  tag: 'Bases',
  summary: 'Remove a collaborator',
  access: 'manage',
  params: ofUser,
  responses: {
    200: {
      description: 'The user works there no longer.',
      schema: ended('user_id', 'The user.'),
    },
  },
  refusals: { 404: 'There is no such base, or the user does not work in it.' },
});
