import type { KeyKind, Principal } from '@sluice/contracts/principal';
import type { CreatedKey, ListedKey } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { type DataSource, type EntityManager, IsNull, MoreThanOrEqual } from 'typeorm';
import { ulid } from 'ulid';
import { recordAudit } from '../audit/record-audit.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { hashOfKey, newKey } from './key-format.js';
import type { KeyResolver } from './key-resolver.js';
import { lockAccount } from './lock-account.js';

/** A revoked key is listed for as long; afterwards the audit trail alone knows of it. */
const REVOKED_SHOWN_MS = 30 * 24 * 60 * 60 * 1_000;

/** An account's API keys: made, shown once, revoked. The caller has checked that the principal may manage. */
export class Keys {
  constructor(
    private readonly database: DataSource,
    private readonly resolver: Pick<KeyResolver, 'forget'>,
    private readonly clock: Clock,
  ) {}

  async create(
    principal: Principal,
    { kind, audience }: Pick<CreatedKey, 'kind' | 'audience'>,
    from?: string,
  ): Promise<Result<CreatedKey>> {
    if (audience === 'any' && !principal.operator) {
      return refused('forbidden', 'only an operator account may have keys that publish for other accounts', 'audience');
    }
    if (audience === 'any' && kind === 'test') {
      return refused('invalid', 'audience must be "own" for a test key: it publishes nothing', 'audience');
    }
    const at = new Date(this.clock.nowMs());
    return this.database.transaction(async (transaction) => {
      const { accountId, keyId } = principal;
      const key = await insertKey(transaction, { accountId, kind, audience, at });
      await recordAudit(transaction, { at, accountId, keyId, action: 'key.created', subject: key.id, from });
      return accepted(key);
    });
  }

  /** In the order of creation, revoked ones for 30 days more. */
  async list({ accountId }: Principal): Promise<ListedKey[]> {
    const shownSince = new Date(this.clock.nowMs() - REVOKED_SHOWN_MS);
    const found = await this.database.manager.find(ApiKeyEntity, {
      where: [
        { accountId, revokedAt: IsNull() },
        { accountId, revokedAt: MoreThanOrEqual(shownSince) },
      ],
      order: { id: 'asc' },
    });
    return found.map(({ id, kind, audience, createdAt, revokedAt }) => ({
      id,
      kind,
      audience,
      createdAt: createdAt.toISOString(),
      revokedAt: revokedAt?.toISOString() ?? null,
    }));
  }

  /** Idempotent. The last admin key of an account stays: without one nobody could make another. */
  async revoke(principal: Principal, id: string, from?: string): Promise<Result<{ keyId: string }>> {
    const { accountId, keyId } = principal;
    const at = new Date(this.clock.nowMs());
    const result = await this.database.transaction(async (transaction): Promise<Result<{ keyId: string }>> => {
      // Two revocations at once must not each take the other's key for the one that stays.
      await lockAccount(transaction, accountId);
      const key = id.includes('\0') ? null : await transaction.findOneBy(ApiKeyEntity, { id, accountId });
      if (key === null) return refused('not_found', 'there is no such key', 'key_id');
      if (key.revokedAt !== null) return accepted({ keyId: id });
      const admins = await transaction.countBy(ApiKeyEntity, { accountId, kind: 'admin', revokedAt: IsNull() });
      if (key.kind === 'admin' && admins === 1) {
        return refused('conflict', 'this is the last admin key of the account: create another one first', 'key_id');
      }
      await transaction.update(ApiKeyEntity, { id }, { revokedAt: at });
      await recordAudit(transaction, { at, accountId, keyId, action: 'key.revoked', subject: id, from });
      return accepted({ keyId: id });
    });
    if (result.ok) this.resolver.forget();
    return result;
  }
}

/** A new key, or the given one; the answer is the only place where it stands in clear. */
export async function insertKey(
  transaction: EntityManager,
  key: { accountId: string; kind: KeyKind; audience: Principal['audience']; at: Date; key?: string },
): Promise<CreatedKey> {
  const { accountId, kind, audience, at } = key;
  const clear = key.key ?? newKey(kind);
  const id = `key_${ulid(at.getTime())}`;
  await transaction.insert(ApiKeyEntity, {
    id,
    accountId,
    kind,
    audience,
    hash: hashOfKey(clear),
    createdAt: at,
    revokedAt: null,
  });
  return { id, accountId, kind, audience, key: clear };
}
