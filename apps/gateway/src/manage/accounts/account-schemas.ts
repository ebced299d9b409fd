import { KeyKind, KeyScope } from '@sluice/contracts/principal';
import { z } from 'zod';
import { moment } from '../../operations/moment.js';
import { createdAt } from '../../operations/texts.js';

const ACCOUNT_ID = 'acc_01M1Q5C7K8T3ZVXG6Q0W2R9D4E';
const KEY_ID = 'key_01M1Q5C7K8T3ZVXG6Q0W2R9D4E';
const never = z.iso.datetime().nullable().meta({ description: 'Null: never.' });

export const ShownAccount = z
  .object({
    id: z.string().meta({ description: 'Its id.' }),
    name: z.string().meta({ description: 'What it is called.' }),
    operator: z.boolean().meta({ description: 'It may create other accounts, and publish for them.' }),
    created_at: createdAt,
  })
  .meta({
    id: 'Account',
    examples: [{ id: ACCOUNT_ID, name: 'Example', operator: false, created_at: '2026-03-01T12:00:00.000Z' }],
  });
export type ShownAccount = z.input<typeof ShownAccount>;

/** The account of who asks, and who that is. */
export const OwnAccount = ShownAccount.extend({
  caller: z
    .object({
      kind: z.enum(['key', 'portal']).meta({ description: 'A key, or a session of the portal.' }),
      id: z.string().meta({ description: 'Of the key or the session.' }),
      scopes: z.array(KeyScope).meta({ description: 'What it may do.' }),
      expires_at: never,
    })
    .meta({ description: 'Who asks.' }),
}).meta({
  id: 'OwnAccount',
  examples: [
    {
      id: ACCOUNT_ID,
      name: 'Example',
      operator: false,
      created_at: '2026-03-01T12:00:00.000Z',
      caller: { kind: 'key', id: KEY_ID, scopes: ['read', 'write', 'publish'], expires_at: null },
    },
  ],
});
export type OwnAccount = z.input<typeof OwnAccount>;

export const NewKey = z
  .strictObject({
    kind: KeyKind.nullish().meta({ description: 'What it may do without `scopes`; follows from them if not given.' }),
    scopes: z.array(KeyScope).nullish().meta({ description: 'All of its kind if not given.' }),
    audience: z
      .enum(['own', 'any'])
      .nullish()
      .meta({ description: '`any`: it publishes for other accounts, too; for operators.' }),
    expires_at: moment.nullish().meta({ description: 'Never, if not given.' }),
    name: z.string().nullish().meta({ description: 'What you call it: up to 200 characters.' }),
  })
  .meta({ id: 'NewKey', examples: [{ kind: 'live' }, { scopes: ['read'], name: 'Dashboard' }] });

export const ShownKey = z
  .object({
    id: z.string().meta({ description: 'Its id, which is not the key.' }),
    kind: KeyKind.meta({ description: '`admin` with that scope, `test` without any, else `live`.' }),
    scopes: z.array(KeyScope).meta({ description: 'What it may do.' }),
    audience: z.enum(['own', 'any']).meta({ description: '`any`: it publishes for other accounts, too.' }),
    name: z.string().nullable().meta({ description: 'What you call it.' }),
    created_at: createdAt,
    expires_at: never,
    revoked_at: z.iso.datetime().nullable().meta({ description: 'Null while it counts.' }),
  })
  .meta({ id: 'Key' });
export type ShownKey = z.input<typeof ShownKey>;

export const MadeKey = ShownKey.omit({ created_at: true, revoked_at: true })
  .extend({
    account_id: z.string().meta({ description: 'Whose it is.' }),
    key: z.string().meta({ description: 'Shown this once.' }),
  })
  .meta({
    id: 'CreatedKey',
    examples: [
      {
        id: KEY_ID,
        kind: 'live',
        scopes: ['read', 'write', 'publish'],
        audience: 'own',
        name: null,
        expires_at: null,
        account_id: ACCOUNT_ID,
        key: 'slk_live_…',
      },
    ],
  });
export type MadeKey = z.input<typeof MadeKey>;
