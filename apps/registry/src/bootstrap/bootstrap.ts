import type { CreatedKey } from '@sluice/contracts/account-commands';
import type { KeyKind } from '@sluice/contracts/principal';
import { type DataSource, type EntityManager, In } from 'typeorm';
import { recordAudit } from '../audit/record-audit.js';
import { AccountEntity } from '../credentials/account.entity.js';
import { insertAccount } from '../credentials/accounts.js';
import { ApiKeyEntity } from '../credentials/api-key.entity.js';
import { hashOfKey } from '../credentials/key-format.js';
import { insertKey } from '../credentials/keys.js';

/** Two processes that bootstrap at once must not both make an account. */
const ADVISORY_LOCK = 7_105_841_004;
const KINDS = ['live', 'test', 'admin'] as const;

/** The first account of an installation. */
export interface FirstAccount {
  accountId: string;
  /** One of each kind; the live and the admin key may publish for everybody. */
  keys: Record<KeyKind, CreatedKey>;
}

/** Makes the operator account and its keys if there is no operator yet; null when there is one. */
export function bootstrapAccount(database: DataSource, name: string): Promise<FirstAccount | null> {
  return exclusively(database, async (transaction) => {
    if (await transaction.existsBy(AccountEntity, { operator: true })) return null;
    const accountId = await makeOperator(transaction, name);
    const [live, test, admin] = [
      await addKey(transaction, accountId, 'live'),
      await addKey(transaction, accountId, 'test'),
      await addKey(transaction, accountId, 'admin'),
    ];
    return { accountId, keys: { live, test, admin } };
  });
}

/**
 * Sees to it that the given keys exist and belong to one operator account, which is made if none of them is known: so
 * that credentials written to a file survive restarts, and a lost database. Answers the account's id.
 */
export function ensureDevelopmentAccount(
  database: DataSource,
  { name, keys }: { name: string; keys: Record<KeyKind, string> },
): Promise<{ accountId: string }> {
  return exclusively(database, async (transaction) => {
    const hashes = KINDS.map((kind) => hashOfKey(keys[kind]));
    const known = await transaction.findBy(ApiKeyEntity, { hash: In(hashes) });
    const accountId = known[0]?.accountId ?? (await makeOperator(transaction, name));
    for (const kind of KINDS) {
      if (!known.some(({ hash }) => hash.equals(hashOfKey(keys[kind])))) {
        await addKey(transaction, accountId, kind, keys[kind]);
      }
    }
    return { accountId };
  });
}

const exclusively = <T>(database: DataSource, work: (transaction: EntityManager) => Promise<T>): Promise<T> =>
  database.transaction(async (transaction) => {
    await transaction.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    return work(transaction);
  });

async function makeOperator(transaction: EntityManager, name: string): Promise<string> {
  const at = new Date();
  const accountId = await insertAccount(transaction, { name, operator: true, at });
  await recordAudit(transaction, { at, accountId, keyId: null, action: 'account.created', subject: accountId });
  return accountId;
}

async function addKey(
  transaction: EntityManager,
  accountId: string,
  kind: KeyKind,
  given?: string,
): Promise<CreatedKey> {
  const at = new Date();
  const audience = kind === 'test' ? 'own' : 'any';
  const key = await insertKey(transaction, {
    accountId,
    kind,
    audience,
    scopes: null,
    expiresAt: null,
    name: null,
    at,
    ...(given === undefined ? {} : { key: given }),
  });
  await recordAudit(transaction, { at, accountId, keyId: null, action: 'key.created', subject: key.id });
  return key;
}
