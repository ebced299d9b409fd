import { Scope, UserToken } from '@sluice/contracts/base-commands';
import { z } from 'zod';
import { defineOperation } from '../../operations/operation.js';
import { cursor, nextCursor, wholeLimit } from '../../operations/page.js';
import { createdAt, ended, filled } from '../../operations/texts.js';

const TOKEN_ID = /^tok_[0-9A-Z]{26}$/;
const TOKEN = {
  id: 'tok_01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  user_id: 'usrA1b2C3d4E5f6G7',
  kind: 'personal_access_token',
  name: 'sync',
  scopes: ['webhook:manage', 'data.records:read'],
  bases: null,
  created_at: '2026-06-01T09:30:00.000Z',
  revoked_at: null,
};
const ALL_BASES = 'Ids of bases; null for all that its user works in, now and later.';

const ShownToken = z
  .object({
    id: z.string().meta({ description: 'Its id, which is not the token.' }),
    user_id: z.string().meta({ description: 'Whose it is.' }),
    kind: UserToken.shape.kind.meta({ description: '`user_api_key` is the legacy one: it may all that its user may.' }),
    name: z.string().meta({ description: 'What you call it.' }),
    scopes: z.array(Scope).meta({ description: 'What it may do; none of a `user_api_key`.' }),
    bases: z.array(z.string()).nullable().meta({ description: ALL_BASES }),
    created_at: createdAt,
    revoked_at: z.iso.datetime().nullable().meta({ description: 'Null while it counts.' }),
  })
  .meta({ id: 'Token', examples: [TOKEN] });
export type ShownToken = z.input<typeof ShownToken>;

const CreatedToken = ShownToken.extend({
  token: z.string().meta({ description: 'The token itself, shown this once.' }),
}).meta({ id: 'CreatedToken', examples: [{ ...TOKEN, token: 'patA1b2C3d4E5f6G7.…' }] });

const NewToken = z
  .strictObject({
    user_id: filled.meta({ description: 'Whose it is.' }),
    kind: UserToken.shape.kind.meta({ description: 'A `user_api_key` has neither scopes nor bases.' }),
    name: filled.meta({ description: 'What you call it.' }),
    scopes: z.array(Scope).nullish().meta({ description: 'What it may do: of a `personal_access_token`.' }),
    bases: z.array(z.string()).nullish().meta({ description: ALL_BASES }),
  })
  .meta({
    id: 'NewToken',
    examples: [{ user_id: TOKEN.user_id, kind: TOKEN.kind, name: TOKEN.name, scopes: TOKEN.scopes }],
  });

export const createToken = defineOperation({
  id: 'createToken',
  tag: 'Tokens',
  summary: 'Create a token',
  description: 'At most 10,000.',
  access: 'manage',
  body: NewToken,
  responses: { 201: { description: 'The token, which is shown this once.', schema: CreatedToken } },
  refusals: { 404: 'There is no such user or base.' },
});

export const listTokens = defineOperation({
  id: 'listTokens',
  tag: 'Tokens',
  summary: 'List tokens',
  description: 'In the order of creation; revoked ones for 30 days more.',
  access: 'manage',
  query: z.strictObject({ limit: wholeLimit, cursor: cursor(TOKEN_ID) }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        tokens: z.array(ShownToken).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});

export const revokeToken = defineOperation({
  id: 'revokeToken',
  tag: 'Tokens',
  summary: 'Revoke a token',
  description: 'It stops working within 5 s.',
  access: 'manage',
  params: z.object({ id: z.string().meta({ description: 'The token.' }) }),
  responses: {
    200: { description: 'It is revoked.', schema: ended('id', 'The token.', 'revoked') },
  },
  refusals: { 404: 'There is no such token.' },
});
