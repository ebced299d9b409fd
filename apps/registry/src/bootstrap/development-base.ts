import { type BaseTable, type Role, Scope } from '@sluice/contracts/base-commands';
import { newAirtableId } from '@sluice/service-kit/new-airtable-id';
import type { DataSource, EntityManager } from 'typeorm';
import { recordAudit } from '../audit/record-audit.js';
import { BaseEntity } from '../bases/base.entity.js';
import { insertBase } from '../bases/bases.js';
import { replaceTable } from '../bases/write-schema.js';
import { lockAccount } from '../credentials/lock-account.js';
import { hashOfToken, newUserToken } from '../credentials/token-format.js';
import { BaseUserEntity } from '../people/base-user.entity.js';
import { CollaboratorEntity } from '../people/collaborator.entity.js';
import { insertToken, type WantedToken } from '../people/tokens.js';
import { UserTokenEntity } from '../people/user-token.entity.js';
import { insertUser } from '../people/users.js';

/** A base to develop against, as a file of credentials keeps it. */
export interface DevelopmentBase {
  baseId: string;
  tableId: string;
  /** In the order of the table's fields. */
  fieldIds: string[];
  /** Of a creator, with all scopes, for all bases. */
  personalAccessToken: string;
  /** Of a user who may only read, with all scopes, for all bases. */
  readOnlyToken: string;
  /** The creator's, of the legacy kind. */
  userApiKey: string;
}

/** Of the table, in their order. */
const FIELDS = [
  { name: 'Name', type: 'singleLineText' },
  { name: 'Status', type: 'singleSelect' },
  { name: 'Notes', type: 'multilineText' },
];

/** Ids and tokens that nobody has yet; {@link ensureDevelopmentBase} makes what they name. */
export const newDevelopmentBase = (): DevelopmentBase => ({
  baseId: newAirtableId('app'),
  tableId: newAirtableId('tbl'),
  fieldIds: FIELDS.map(() => newAirtableId('fld')),
  personalAccessToken: newUserToken('personal_access_token'),
  readOnlyToken: newUserToken('personal_access_token'),
  userApiKey: newUserToken('user_api_key'),
});

/**
 * Sees to it that the account has this base with a table, and that these tokens exist: so that ids and tokens written to a
 * file survive restarts, and a lost database. What is there stays as it is, the schema of a known base above all.
 *
 * @throws when the base is another account's.
 */
export function ensureDevelopmentBase(database: DataSource, accountId: string, wanted: DevelopmentBase): Promise<void> {
  return database.transaction(async (transaction) => {
    await lockAccount(transaction, accountId);
    const at = new Date();
    const seeding = { transaction, accountId, at };
    await ensureBase(seeding, wanted);
    const creator = await ensureUser(seeding, wanted.baseId, { email: 'creator@example.com', role: 'creator' });
    const reader = await ensureUser(seeding, wanted.baseId, { email: 'reader@example.com', role: 'read_only' });
    const tokens: [string, Omit<WantedToken, 'from'>][] = [
      [wanted.personalAccessToken, { ...EVERYTHING, name: 'development', userId: creator }],
      [wanted.readOnlyToken, { ...EVERYTHING, name: 'development, reads only', userId: reader }],
      [wanted.userApiKey, { ...LEGACY, name: 'development', userId: creator }],
    ];
    for (const [token, what] of tokens) await ensureToken(seeding, token, what);
  });
}

const EVERYTHING: Pick<WantedToken, 'kind' | 'scopes' | 'bases'> = {
  kind: 'personal_access_token',
  scopes: [...Scope.options],
  bases: null,
};
const LEGACY: typeof EVERYTHING = { kind: 'user_api_key', scopes: [], bases: null };

interface Seeding {
  transaction: EntityManager;
  accountId: string;
  at: Date;
}

async function ensureBase({ transaction, accountId, at }: Seeding, wanted: DevelopmentBase): Promise<void> {
  const { baseId: id, tableId, fieldIds } = wanted;
  const base = { id, accountId, name: 'Development', transactionNumbers: 'assigned', createdAt: at } as const;
  if (!(await insertBase(transaction, base))) {
    if (await transaction.existsBy(BaseEntity, { id, accountId })) return;
    throw new Error(`the base ${id} is another account's`);
  }
  const fields = FIELDS.flatMap(({ name, type }, index) => {
    const fieldId = fieldIds[index];
    return fieldId === undefined ? [] : [{ id: fieldId, name, type }];
  });
  const views = [{ id: newAirtableId('viw'), name: 'Grid view', type: 'grid' }];
  const table: BaseTable = { id: tableId, name: 'Tasks', description: null, fields, views };
  await replaceTable(transaction, id, table);
  const audited = { at, accountId, keyId: null };
  await recordAudit(transaction, { ...audited, action: 'base.created', subject: id });
  await recordAudit(transaction, { ...audited, action: 'table.put', subject: `${id}/${tableId}` });
}

/** Answers the user's id. */
async function ensureUser(
  { transaction, accountId, at }: Seeding,
  baseId: string,
  { email, role }: { email: string; role: Role },
): Promise<string> {
  const audited = { at, accountId, keyId: null };
  const known = await transaction.findOneBy(BaseUserEntity, { accountId, email });
  const userId = known?.id ?? newAirtableId('usr');
  if (known === null) {
    await insertUser(transaction, { id: userId, accountId, email, name: null, subject: null, createdAt: at });
    await recordAudit(transaction, { ...audited, action: 'user.created', subject: userId });
  }
  if (!(await transaction.existsBy(CollaboratorEntity, { baseId, userId }))) {
    await transaction.insert(CollaboratorEntity, { baseId, userId, role });
    const subject = `${baseId}/${userId}`;
    await recordAudit(transaction, { ...audited, action: 'collaborator.put', subject, reason: `role ${role}` });
  }
  return userId;
}

/** One that was revoked stays so. */
async function ensureToken(
  { transaction, accountId, at }: Seeding,
  token: string,
  wanted: Omit<WantedToken, 'from'>,
): Promise<void> {
  if (await transaction.existsBy(UserTokenEntity, { hash: hashOfToken(token) })) return;
  const { id } = await insertToken(transaction, { ...wanted, accountId, token, at });
  await recordAudit(transaction, { at, accountId, keyId: null, action: 'token.created', subject: id });
}
