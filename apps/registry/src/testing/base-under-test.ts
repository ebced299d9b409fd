import { randomBytes } from 'node:crypto';
import type { Role, Scope } from '@sluice/contracts/base-commands';
import { type RegistryUnderTest, value } from './registry-under-test.js';

const ALL: Scope[] = ['webhook:manage', 'data.records:read', 'schema.bases:read'];

/** An account with a base of one table, and the people who work in it. */
export interface BaseUnderTest {
  accountId: string;
  /** Of the account. */
  adminKey: string;
  baseId: string;
  tableId: string;
  fieldIds: [string, string];
  gridViewId: string;
  formViewId: string;
  /** Personal access tokens with all scopes. */
  creator: string;
  reader: string;
  /** A user API key of the creator. */
  legacyKey: string;
  /** Another personal access token of a new collaborator. */
  join(role: Role, scopes?: Scope[]): Promise<string>;
}

const drawn = (prefix: string): string => `${prefix}${randomBytes(7).toString('hex')}`;

/** Made with the commands that an administrator uses. */
export async function createBaseUnderTest({ commands, operator }: RegistryUnderTest): Promise<BaseUnderTest> {
  const { accountId, adminKey } = await value(
    commands.createAccount({ credential: operator.keys.admin.key, name: 'Tenant' }),
  );
  const credential = adminKey.key;
  const base = { credential, name: 'Base', transactionNumbers: 'assigned' as const };
  const { id: baseId } = await value(commands.createBase(base));
  const [tableId, gridViewId, formViewId] = [drawn('tbl'), drawn('viw'), drawn('viw')];
  const fieldIds: [string, string] = [drawn('fld'), drawn('fld')];
  const table = {
    id: tableId,
    name: 'Tasks',
    description: null,
    fields: fieldIds.map((id) => ({ id, name: id, type: 'singleLineText' })),
    views: [
      { id: gridViewId, name: 'Grid', type: 'grid' },
      { id: formViewId, name: 'Form', type: 'form' },
    ],
  };
  await value(commands.putTable({ credential, baseId, table }));

  const addUser = async (role: Role): Promise<string> => {
    const user = { credential, email: `${drawn('u')}@example.org`, name: null, subject: null };
    const { id } = await value(commands.createUser(user));
    await value(commands.putCollaborator({ credential, baseId, userId: id, role }));
    return id;
  };
  const token = async (userId: string, kind: 'personal_access_token' | 'user_api_key', scopes: Scope[]) => {
    const wanted = { credential, userId, kind, name: 'of a test', scopes, bases: null };
    return (await value(commands.createToken(wanted))).token;
  };
  const creatorId = await addUser('creator');
  return {
    accountId,
    adminKey: credential,
    baseId,
    tableId,
    fieldIds,
    gridViewId,
    formViewId,
    creator: await token(creatorId, 'personal_access_token', ALL),
    reader: await token(await addUser('read_only'), 'personal_access_token', ALL),
    legacyKey: await token(creatorId, 'user_api_key', []),
    join: async (role, scopes = ALL) => token(await addUser(role), 'personal_access_token', scopes),
  };
}

/** A specification that is acceptable, for tests that ask about something else. */
export const SPECIFICATION = '{"options":{"filters":{"dataTypes":["tableData"]}}}';
