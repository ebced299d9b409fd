import type { CreatedKey, ListedKey } from '@sluice/contracts/account-commands';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { type DataSource, type EntityManager, IsNull, MoreThan, MoreThanOrEqual, Not } from 'typeorm';
import { ulid } from 'ulid';
import { rowsFor, shownOf, type WantedPage } from '../answers/list-page.js';
import { recordAudit } from '../audit/record-audit.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { hashOfKey, newKey } from './key-format.js';
import type { KeyResolver } from './key-resolver.js';
import { SCOPES_OF_KIND } from './key-scopes.js';
import { lockAccount } from './lock-account.js';
import type { ResolvedPrincipal } from './resolved-principal.js';
import { type CheckedKey, checkedKey, type WantedKey } from './wanted-key.js';

/** A key that no longer counts is listed for as long; afterwards the audit trail alone knows of it. */
const ENDED_SHOWN_MS = 30 * 24 * 60 * 60 * 1_000;

/** Those that count: a program that makes keys and forgets them comes to an end. */
const KEYS_LIMIT = 1_000;

/** An account's API keys: made, shown once, revoked. The caller has checked that the principal may manage. */
export class Keys {
  constructor(
    private readonly database: DataSource,
    private readonly resolver: Pick<KeyResolver, 'forget'>,
    private readonly clock: Clock,
  ) {}

  async create(principal: ResolvedPrincipal, wanted: WantedKey, from?: string): Promise<Result<CreatedKey>> {
    const at = new Date(this.clock.nowMs());
    const checked = checkedKey(wanted, principal, at);
    if (!checked.ok) return checked;
    return this.database.transaction(async (transaction): Promise<Result<CreatedKey>> => {
      const { accountId, keyId } = principal;
      // Two new keys at once must not both take the last place.
      await lockAccount(transaction, accountId);
      if ((await livingKeys(transaction, accountId, at)) >= KEYS_LIMIT) {
        return refused(
          'too_many',
          `this account has ${KEYS_LIMIT} keys, which is the most that it may have: revoke one`,
        );
      }
      const key = await insertKey(transaction, { accountId, ...checked.value, at });
      await recordAudit(transaction, { at, accountId, keyId, action: 'key.created', subject: key.id, from });
      return accepted(key);
    });
  }

  /** In the order of creation; those that were revoked or have expired for 30 days more. */
  async list({ accountId }: Principal, page: WantedPage): Promise<{ keys: ListedKey[]; more: boolean }> {
    const since = new Date(this.clock.nowMs() - ENDED_SHOWN_MS);
    const behind = { accountId, ...(page.after === undefined ? {} : { id: MoreThan(page.after) }) };
    const found = await this.database.manager.find(ApiKeyEntity, {
      where: [
        { ...behind, revokedAt: IsNull(), expiresAt: IsNull() },
        { ...behind, revokedAt: IsNull(), expiresAt: MoreThanOrEqual(since) },
        { ...behind, revokedAt: MoreThanOrEqual(since), expiresAt: IsNull() },
        { ...behind, revokedAt: MoreThanOrEqual(since), expiresAt: MoreThanOrEqual(since) },
      ],
      order: { id: 'asc' },
      take: rowsFor(page),
    });
    const { shown, more } = shownOf(found, page);
    const keys = shown.map(({ createdAt, revokedAt, ...key }) => ({
      ...shownKey(key),
      createdAt: createdAt.toISOString(),
      revokedAt: revokedAt?.toISOString() ?? null,
    }));
    return { keys, more };
  }

  /**
   * Idempotent. The last admin key of an account that does not expire stays, as long as no other has all of its scopes:
   * without one nobody could make another.
   */
  async revoke(principal: Principal, id: string, from?: string): Promise<Result<{ keyId: string }>> {
    const { accountId, keyId } = principal;
    const at = new Date(this.clock.nowMs());
    const result = await this.database.transaction(async (transaction): Promise<Result<{ keyId: string }>> => {
      // Two revocations at once must not each take the other's key for the one that stays.
      await lockAccount(transaction, accountId);
      const key = id.includes('\0') ? null : await transaction.findOneBy(ApiKeyEntity, { id, accountId });
      if (key === null) return refused('not_found', 'there is no such key', 'key_id');
      if (key.revokedAt !== null) return accepted({ keyId: id });
      if (await isLastAdmin(transaction, key)) {
        const message =
          'this is the last admin key of the account with its scopes that does not expire: create another one first';
        return refused('conflict', message, 'key_id');
      }
      await transaction.update(ApiKeyEntity, { id }, { revokedAt: at });
      await recordAudit(transaction, { at, accountId, keyId, action: 'key.revoked', subject: id, from });
      return accepted({ keyId: id });
    });
    if (result.ok) this.resolver.forget();
    return result;
  }
}

const livingKeys = (transaction: EntityManager, accountId: string, at: Date): Promise<number> =>
  transaction.countBy(ApiKeyEntity, [
    { accountId, revokedAt: IsNull(), expiresAt: IsNull() },
    { accountId, revokedAt: IsNull(), expiresAt: MoreThan(at) },
  ]);

async function isLastAdmin(transaction: EntityManager, key: ApiKeyEntity): Promise<boolean> {
  const { id, accountId, kind, expiresAt } = key;
  if (kind !== 'admin' || expiresAt !== null) return false;
  const lasting = { id: Not(id), accountId, kind, revokedAt: IsNull(), expiresAt: IsNull() };
  const others = await transaction.findBy(ApiKeyEntity, lasting);
  return !others.some((other) => scopesOf(key).every((scope) => scopesOf(other).includes(scope)));
}

/** A new key, or the given one; the answer is the only place where it stands in clear. */
export async function insertKey(
  transaction: EntityManager,
  { accountId, at, key: given, ...wanted }: CheckedKey & { accountId: string; at: Date; key?: string },
): Promise<CreatedKey> {
  const key = given ?? newKey(wanted.kind);
  const id = `key_${ulid(at.getTime())}`;
  const hash = hashOfKey(key);
  await transaction.insert(ApiKeyEntity, { id, accountId, ...wanted, hash, createdAt: at, revokedAt: null });
  return { ...shownKey({ id, ...wanted }), accountId, key };
}

const shownKey = ({ id, kind, scopes, audience, name, expiresAt }: CheckedKey & { id: string }) => ({
  id,
  kind,
  scopes: [...scopesOf({ kind, scopes })],
  audience,
  name,
  expiresAt: expiresAt?.toISOString() ?? null,
});

const scopesOf = ({ kind, scopes }: Pick<CheckedKey, 'kind' | 'scopes'>) => scopes ?? SCOPES_OF_KIND[kind];
