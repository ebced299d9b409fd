import type { Account, AccountCaller, CreatedKey } from '@sluice/contracts/account-commands';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { type DataSource, type EntityManager, LessThan } from 'typeorm';
import { ulid } from 'ulid';
import { stateFault, stateTag } from '../answers/state-tag.js';
import { recordAudit } from '../audit/record-audit.js';
import { plainTextFault } from '../texts/plain-text.js';
import { AccountEntity } from './account.entity.js';
import { insertKey } from './keys.js';
import { lockAccount } from './lock-account.js';
import type { ResolvedPrincipal } from './resolved-principal.js';

const NAME_LIMIT = 200;
/** An account as its own keys and sessions see it. */
interface OwnAccount {
  account: Account;
  caller: AccountCaller;
  /** Of the account's state, whoever asks. */
  tag: string;
}

/** Longer texts are no ids. */
const ID_LIMIT = 200;

/** An admin key with all that it may, for good. */
const FIRST_KEY = { kind: 'admin', scopes: null, audience: 'own', expiresAt: null, name: null } as const;

/** Tenants. */
export class Accounts {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** An account with its first admin key. The caller has checked that the principal may operate. */
  async create(
    principal: Principal,
    name: string,
    from?: string,
  ): Promise<Result<{ accountId: string; adminKey: CreatedKey }>> {
    const fault = nameFault(name);
    if (fault !== null) return fault;
    const at = new Date(this.clock.nowMs());
    return this.database.transaction(async (transaction) => {
      const accountId = await insertAccount(transaction, { name: name.trim(), operator: false, at });
      const adminKey = await insertKey(transaction, { ...FIRST_KEY, accountId, at });
      const { keyId } = principal;
      await recordAudit(transaction, { at, accountId, keyId, action: 'account.created', subject: accountId, from });
      await recordAudit(transaction, { at, accountId, keyId, action: 'key.created', subject: adminKey.id, from });
      return accepted({ accountId, adminKey });
    });
  }

  /** The caller's own account, and what the caller is in it. */
  async own(principal: ResolvedPrincipal): Promise<Result<OwnAccount>> {
    const { accountId: id } = principal;
    return accepted(ownAccount(await this.database.manager.findOneByOrFail(AccountEntity, { id }), principal));
  }

  /** Called as it is already, it stays so. */
  async rename(
    principal: ResolvedPrincipal,
    wanted: { name: string; ifMatch?: readonly string[] | undefined; from?: string | undefined },
  ): Promise<Result<OwnAccount>> {
    const fault = nameFault(wanted.name);
    if (fault !== null) return fault;
    const name = wanted.name.trim();
    const { accountId, keyId } = principal;
    const at = new Date(this.clock.nowMs());
    return this.database.transaction(async (transaction) => {
      await lockAccount(transaction, accountId);
      const account = await transaction.findOneByOrFail(AccountEntity, { id: accountId });
      const changed = stateFault(accountOf(account), wanted.ifMatch);
      if (changed !== null) return changed;
      if (account.name === name) return accepted(ownAccount(account, principal));
      await transaction.update(AccountEntity, { id: accountId }, { name });
      const { from } = wanted;
      await recordAudit(transaction, { at, accountId, keyId, action: 'account.renamed', subject: accountId, from });
      return accepted(ownAccount({ ...account, name }, principal));
    });
  }

  /** All accounts, the newest first. The caller has checked that the principal may operate. */
  async list({ limit, before }: { limit: number; before?: string | undefined }) {
    const found = await this.database.manager.find(AccountEntity, {
      where: before === undefined ? {} : { id: LessThan(before) },
      order: { id: 'desc' },
      take: limit + 1,
    });
    return { accounts: found.slice(0, limit).map(accountOf), more: found.length > limit };
  }

  /** Whether there is an account of this id: told to those who may publish for others, and so must know. */
  async exists({ audience }: Principal, accountId: string): Promise<Result<{ exists: boolean }>> {
    if (audience !== 'any') return refused('forbidden', 'this key may publish for its own account only');
    if (plainTextFault(accountId, ID_LIMIT) !== null) return accepted({ exists: false });
    return accepted({ exists: await this.database.manager.existsBy(AccountEntity, { id: accountId }) });
  }
}

function ownAccount(entity: AccountEntity, { keyId, kind, scopes, expiresAt }: ResolvedPrincipal): OwnAccount {
  const account = accountOf(entity);
  const isPortal = kind === 'portal';
  return {
    account,
    tag: stateTag(account),
    caller: {
      kind: isPortal ? 'portal' : 'key',
      id: keyId,
      scopes: [...scopes],
      expiresAt: expiresAt?.toISOString() ?? null,
    },
  };
}

function nameFault(name: string) {
  const fault = name.trim() === '' ? 'is empty' : plainTextFault(name, NAME_LIMIT);
  return fault === null ? null : refused('invalid', `name ${fault}`, 'name');
}

const accountOf = ({ id, name, operator, createdAt }: AccountEntity): Account => ({
  id,
  name,
  operator,
  createdAt: createdAt.toISOString(),
});

/** Answers the new account's id. */
export async function insertAccount(
  transaction: EntityManager,
  { name, operator, at }: { name: string; operator: boolean; at: Date },
): Promise<string> {
  const id = `acc_${ulid(at.getTime())}`;
  await transaction.insert(AccountEntity, { id, name, operator, webhookCount: 0, createdAt: at });
  return id;
}
