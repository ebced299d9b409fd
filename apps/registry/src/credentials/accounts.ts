import type { Account, AccountCaller } from '@sluice/contracts/account-commands';
import type { Principal } from '@sluice/contracts/principal';
import type { CreatedKey } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource, EntityManager } from 'typeorm';
import { ulid } from 'ulid';
import { recordAudit } from '../audit/record-audit.js';
import { plainTextFault } from '../plain-text.js';
import { AccountEntity } from './account.entity.js';
import { insertKey } from './keys.js';
import type { ResolvedPrincipal } from './resolved-principal.js';

const NAME_LIMIT = 200;
/** Longer texts are no ids. */
const ID_LIMIT = 200;

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
    const fault = name.trim() === '' ? 'is empty' : plainTextFault(name, NAME_LIMIT);
    if (fault !== null) return refused('invalid', `name ${fault}`, 'name');
    const at = new Date(this.clock.nowMs());
    return this.database.transaction(async (transaction) => {
      const accountId = await insertAccount(transaction, { name: name.trim(), operator: false, at });
      const adminKey = await insertKey(transaction, { accountId, kind: 'admin', audience: 'own', at });
      const { keyId } = principal;
      await recordAudit(transaction, { at, accountId, keyId, action: 'account.created', subject: accountId, from });
      await recordAudit(transaction, { at, accountId, keyId, action: 'key.created', subject: adminKey.id, from });
      return accepted({ accountId, adminKey });
    });
  }

  /** The caller's own account, and what the caller is in it. */
  async own(principal: ResolvedPrincipal): Promise<Result<{ account: Account; caller: AccountCaller }>> {
    const { accountId, keyId, kind, scopes, expiresAt } = principal;
    const account = await this.database.manager.findOneByOrFail(AccountEntity, { id: accountId });
    return accepted({
      account: accountOf(account),
      caller: {
        kind: kind === 'portal' ? 'portal' : 'key',
        id: keyId,
        scopes: [...scopes],
        expiresAt: expiresAt?.toISOString() ?? null,
      },
    });
  }

  /** Whether there is an account of this id: told to those who may publish for others, and so must know. */
  async exists({ audience }: Principal, accountId: string): Promise<Result<{ exists: boolean }>> {
    if (audience !== 'any') return refused('forbidden', 'this key may publish for its own account only');
    if (plainTextFault(accountId, ID_LIMIT) !== null) return accepted({ exists: false });
    return accepted({ exists: await this.database.manager.existsBy(AccountEntity, { id: accountId }) });
  }
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
