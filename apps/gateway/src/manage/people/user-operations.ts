import { UserId } from '@sluice/contracts/airtable-ids';
import { z } from 'zod';
import { createdCursor } from '../../operations/created-place.js';
import { defineOperation } from '../../operations/operation.js';
import { nextCursor, wholeLimit } from '../../operations/page.js';
import { createdAt, ended, filled } from '../../operations/texts.js';

const USER = {
  id: 'usrA1b2C3d4E5f6G7',
  email: 'ada@example.org',
  name: 'Ada',
  subject: null,
  created_at: '2026-06-01T09:30:00.000Z',
};

const ShownUser = z
  .object({
    id: z.string().meta({ description: 'Their id.' }),
    email: z.string().meta({ description: 'Their email.' }),
    name: z.string().nullable().meta({ description: 'What they are called.' }),
    subject: z.string().nullable().meta({ description: 'Who this is to the issuer of OAuth access tokens.' }),
    created_at: createdAt,
  })
  .meta({ id: 'User', examples: [USER] });
export type ShownUser = z.input<typeof ShownUser>;

const NewUser = z
  .strictObject({
    email: filled.meta({ description: "One user's alone." }),
    name: z.string().nullish().meta({ description: 'What they are called.' }),
    subject: z.string().nullish().meta({ description: 'Who this is to the issuer of OAuth access tokens.' }),
    id: UserId.nullish().meta({ description: 'Drawn if none is given.' }),
  })
  .meta({ id: 'NewUser', examples: [{ email: 'ada@example.org', name: 'Ada' }] });

export const createUser = defineOperation({
  id: 'createUser',
  tag: 'Users',
  summary: 'Create a user',
  description: "One of the account's people, at most 10,000.",
  access: 'manage',
  body: NewUser,
  responses: { 201: { description: 'The user.', schema: ShownUser } },
  refusals: { 409: 'The email, subject or id is taken.' },
});

export const listUsers = defineOperation({
  id: 'listUsers',
  tag: 'Users',
  summary: 'List users',
  description: 'In the order of creation.',
  access: 'manage',
  query: z.strictObject({ limit: wholeLimit, cursor: createdCursor('users', /usr[0-9A-Za-z]{14}/) }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        users: z.array(ShownUser).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});

export const deleteUser = defineOperation({
  id: 'deleteUser',
  tag: 'Users',
  summary: 'Delete a user',
  description: "The user's tokens and collaborations go along.",
  access: 'manage',
  params: z.object({ id: z.string().meta({ description: 'The user.' }) }),
  responses: {
    200: { description: 'It is gone.', schema: ended('id', 'The user.') },
  },
  refusals: { 404: 'There is no such user.' },
});
