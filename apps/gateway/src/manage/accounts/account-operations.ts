import { z } from 'zod';
import { defineOperation } from '../../operations/operation.js';
import { cursor, limit, nextCursor, wholeLimit } from '../../operations/page.js';
import { ended } from '../../operations/texts.js';
import { CHANGED, ETAG, IF_MATCH, IF_NONE_MATCH, UNCHANGED } from '../../server/conditions.js';
import { MadeKey, NewKey, OwnAccount, ShownAccount, ShownKey } from './account-schemas.js';

const tag = 'Accounts';
const ACCOUNT_ID = /^acc_[0-9A-Z]{26}$/;
const KEY_ID = /^key_[0-9A-Z]{26}$/;
const name = z.string().meta({ description: 'Up to 200 characters.' });

export const getAccount = defineOperation({
  id: 'getAccount',
  tag,
  summary: 'Get the account, and who asks',
  description: 'For every key, and every session of the portal.',
  access: 'identify',
  headers: IF_NONE_MATCH,
  responses: {
    200: { description: 'The account of the credential.', schema: OwnAccount, headers: ETAG },
    ...UNCHANGED,
  },
});

export const renameAccount = defineOperation({
  id: 'renameAccount',
  tag,
  summary: 'Rename the account',
  access: 'manage',
  body: z.strictObject({ name }),
  headers: IF_MATCH,
  responses: { 200: { description: 'The account as it is now.', schema: OwnAccount, headers: ETAG } },
  refusals: CHANGED,
});

export const createAccount = defineOperation({
  id: 'createAccount',
  tag,
  summary: 'Create an account',
  access: 'operate',
  body: z.strictObject({ name }).meta({ examples: [{ name: 'Example' }] }),
  responses: {
    201: {
      description: 'Its first admin key is shown this once.',
      schema: z.object({
        account_id: z.string().meta({ description: 'The account.' }),
        admin_key: MadeKey.meta({ description: 'Its first key.' }),
      }),
    },
  },
});

export const listAccounts = defineOperation({
  id: 'listAccounts',
  tag,
  summary: 'List accounts',
  description: 'All of the installation, the newest first.',
  access: 'operate',
  query: z.strictObject({ limit, cursor: cursor(ACCOUNT_ID) }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        accounts: z.array(ShownAccount).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});

export const createKey = defineOperation({
  id: 'createKey',
  tag,
  summary: 'Create a key',
  description: 'For the account of the credential. Of `kind` and `scopes` one is needed.',
  access: 'manage',
  body: NewKey,
  responses: { 201: { description: 'The key, shown this once.', schema: MadeKey } },
});

export const listKeys = defineOperation({
  id: 'listKeys',
  tag,
  summary: 'List keys',
  description: 'In the order of creation; those that were revoked or have expired for 30 days more.',
  access: 'manage',
  query: z.strictObject({ limit: wholeLimit, cursor: cursor(KEY_ID) }),
  responses: {
    200: {
      description: 'A page.',
      schema: z.object({
        keys: z.array(ShownKey).meta({ description: 'Those of this page.' }),
        next_cursor: nextCursor,
      }),
    },
  },
});

export const revokeKey = defineOperation({
  id: 'revokeKey',
  tag,
  summary: 'Revoke a key',
  description:
    'It stops working on this gateway at once, on others within 5 s; and so do the portal links that it made.',
  access: 'manage',
  params: z.object({ id: z.string().meta({ description: 'The key.' }) }),
  responses: { 200: { description: 'Done.', schema: ended('id', 'The key.', 'revoked') } },
  refusals: {
    404: 'There is no such key.',
    409: 'It is the last admin key that does not expire: nobody could make another.',
  },
});
