import { Scope, type UserToken } from '@sluice/contracts/base-commands';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { type DataSource, type EntityManager, In, IsNull, LessThan, MoreThan, MoreThanOrEqual } from 'typeorm';
import { ulid } from 'ulid';
import { rowsFor, shownOf, type WantedPage } from '../answers/list-page.js';
import { recordAudit } from '../audit/record-audit.js';
import { BaseEntity } from '../bases/base.entity.js';
import { lockAccount } from '../credentials/lock-account.js';
import { hashOfToken, newUserToken } from '../credentials/token-format.js';
import { checkedName } from '../texts/checked-name.js';
import { UserTokenEntity } from './user-token.entity.js';
import { holdUser, UNKNOWN_USER } from './users.js';

const TOKENS_LIMIT = 10_000;
const BASES_LIMIT = 1_000;
/** A revoked token is listed for as long; afterwards the audit trail alone knows of it. */
const REVOKED_SHOWN_MS = 30 * 24 * 60 * 60 * 1_000;

const UNKNOWN_TOKEN = refused('not_found', 'there is no such token', 'token_id');

export interface WantedToken extends Pick<UserToken, 'userId' | 'kind' | 'name' | 'scopes' | 'bases'> {
  from?: string | undefined;
}

/** What users prove with who they are: made, shown once, revoked. The caller has checked that the principal may manage. */
export class Tokens {
  constructor(
    private readonly database: DataSource,
    private readonly remembered: { forget(): void },
    private readonly clock: Clock,
  ) {}

  async create(
    { accountId, keyId }: Principal,
    { from, ...wanted }: WantedToken,
  ): Promise<Result<UserToken & { token: string }>> {
    const checked = checkedToken(wanted);
    if (!checked.ok) return checked;
    const at = new Date(this.clock.nowMs());
    return this.database.transaction(async (transaction): Promise<Result<UserToken & { token: string }>> => {
      const unknown = await unknownAmong(transaction, accountId, wanted.bases ?? []);
      if (unknown !== null) return unknown;
      await lockAccount(transaction, accountId);
      if ((await holdUser(transaction, accountId, wanted.userId)) === null) return UNKNOWN_USER;
      if (!(await hasRoom(transaction, accountId, at))) {
        const limit = TOKENS_LIMIT.toLocaleString('en');
        return refused('too_many', `this account has ${limit} tokens, which is the most that it may have`);
      }
      const token = newUserToken(wanted.kind);
      const made = await insertToken(transaction, { ...checked.value, accountId, token, at });
      await recordAudit(transaction, { at, accountId, keyId, action: 'token.created', subject: made.id, from });
      return accepted({ ...tokenOf(made), token });
    });
  }

  /** In the order of creation, revoked ones for 30 days more. */
  async list({ accountId }: Principal, page: WantedPage): Promise<{ tokens: UserToken[]; more: boolean }> {
    const since = new Date(this.clock.nowMs() - REVOKED_SHOWN_MS);
    const behind = { accountId, ...(page.after === undefined ? {} : { id: MoreThan(page.after) }) };
    const found = await this.database.manager.find(UserTokenEntity, {
      where: [
        { ...behind, revokedAt: IsNull() },
        { ...behind, revokedAt: MoreThanOrEqual(since) },
      ],
      order: { id: 'asc' },
      take: rowsFor(page),
    });
    const { shown, more } = shownOf(found, page);
    return { tokens: shown.map(tokenOf), more };
  }

  /** Idempotent. The token stops working here at once, elsewhere within 5 s. */
  async revoke({ accountId, keyId }: Principal, id: string, from?: string): Promise<Result<Record<string, never>>> {
    if (id.includes('\0')) return UNKNOWN_TOKEN;
    const at = new Date(this.clock.nowMs());
    const known = await this.database.transaction(async (transaction) => {
      const token = await transaction.findOne(UserTokenEntity, {
        where: { id, accountId },
        lock: { mode: 'pessimistic_write' },
      });
      if (token === null) return false;
      if (token.revokedAt !== null) return true;
      await transaction.update(UserTokenEntity, { id }, { revokedAt: at });
      await recordAudit(transaction, { at, accountId, keyId, action: 'token.revoked', subject: id, from });
      return true;
    });
    if (!known) return UNKNOWN_TOKEN;
    this.remembered.forget();
    return accepted({});
  }
}

/** A new row for a token of this text; its hash alone is kept. */
export async function insertToken(
  transaction: EntityManager,
  { token, at, ...row }: Omit<WantedToken, 'from'> & { accountId: string; token: string; at: Date },
): Promise<Omit<UserTokenEntity, 'user'>> {
  const id = `tok_${ulid(at.getTime())}`;
  const made = { ...row, id, hash: hashOfToken(token), createdAt: at, revokedAt: null };
  await transaction.insert(UserTokenEntity, made);
  return made;
}

function checkedToken(wanted: Omit<WantedToken, 'from'>): Result<Omit<WantedToken, 'from'>> {
  const name = checkedName(wanted.name, 'name');
  if (!name.ok) return name;
  const { kind, scopes, bases } = wanted;
  const unknown = scopes.findIndex((scope) => !Scope.options.includes(scope));
  if (unknown >= 0) {
    const field = `scopes.${unknown}`;
    return refused('invalid', `${field} must be one of ${Scope.options.join(', ')}`, field);
  }
  if (kind === 'user_api_key' && scopes.length > 0) {
    return refused('invalid', 'scopes must be empty: a user API key may all that its user may', 'scopes');
  }
  if (kind === 'user_api_key' && bases !== null) {
    return refused('invalid', 'bases must be null: a user API key is for all bases of its user', 'bases');
  }
  if (bases !== null && bases.length > BASES_LIMIT) {
    return refused('invalid', `bases are more than ${BASES_LIMIT}: give null for all bases of the user`, 'bases');
  }
  return accepted({
    ...wanted,
    name: name.value,
    scopes: [...new Set(scopes)],
    bases: bases === null ? null : [...new Set(bases)],
  });
}

/** Why a token can't be for these bases; null when all are the account's, and stay so until the transaction ends. */
async function unknownAmong(
  transaction: EntityManager,
  accountId: string,
  bases: readonly string[],
): Promise<ReturnType<typeof refused> | null> {
  if (bases.length === 0) return null;
  const found = await transaction.find(BaseEntity, {
    where: { accountId, id: In(bases.filter((id) => !id.includes('\0'))) },
    lock: { mode: 'for_key_share' },
  });
  const known = new Set(found.map(({ id }) => id));
  const field = `bases.${bases.findIndex((id) => !known.has(id))}`;
  return bases.every((id) => known.has(id)) ? null : refused('invalid', `${field} is no base of this account`, field);
}

async function hasRoom(transaction: EntityManager, accountId: string, at: Date): Promise<boolean> {
  const forgotten = LessThan(new Date(at.getTime() - REVOKED_SHOWN_MS));
  await transaction.delete(UserTokenEntity, { accountId, revokedAt: forgotten });
  return (await transaction.countBy(UserTokenEntity, { accountId })) < TOKENS_LIMIT;
}

const tokenOf = (token: Omit<UserTokenEntity, 'user'>): UserToken => ({
  id: token.id,
  userId: token.userId,
  kind: token.kind,
  name: token.name,
  scopes: token.scopes,
  bases: token.bases,
  createdAt: token.createdAt.toISOString(),
  revokedAt: token.revokedAt?.toISOString() ?? null,
});
