import { BaseId } from '@sluice/contracts/airtable-ids';
import type { Base, BaseTable, TransactionNumbers } from '@sluice/contracts/base-commands';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { newAirtableId } from '@sluice/service-kit/new-airtable-id';
import type { DataSource, EntityManager } from 'typeorm';
import { listCreated } from '../answers/list-created.js';
import type { WantedCreated } from '../answers/list-page.js';
import { stateFault, stateTag } from '../answers/state-tag.js';
import { recordAudit } from '../audit/record-audit.js';
import { lockAccount } from '../credentials/lock-account.js';
import type { FollowerLeases } from '../feed/follower-leases.js';
import { checkedName } from '../texts/checked-name.js';
import { BaseEntity } from './base.entity.js';
import { findBaseOf, lockBaseOf, UNKNOWN_BASE } from './lock-base.js';
import { readTables } from './read-tables.js';
import type { WebhooksOfBases } from './webhooks-of-bases.js';

const BASES_LIMIT = 1_000;

export interface WantedBase {
  name: string;
  transactionNumbers: TransactionNumbers;
  /** Drawn when absent. */
  id?: string | undefined;
  from?: string | undefined;
}

interface WholeBase {
  base: Base;
  tables: BaseTable[];
}

/** An account's bases. The caller has checked that the principal may manage. */
export class Bases {
  constructor(
    private readonly database: DataSource,
    private readonly webhooks: WebhooksOfBases,
    private readonly leases: Pick<FollowerLeases, 'applied'>,
    private readonly remembered: { forget(): void },
    private readonly clock: Clock,
  ) {}

  /** An id that is taken, be it by another account, is a conflict. */
  async create({ accountId, keyId }: Principal, wanted: WantedBase): Promise<Result<Base>> {
    const name = checkedName(wanted.name, 'name');
    if (!name.ok) return name;
    const id = BaseId.safeParse(wanted.id ?? newAirtableId('app'));
    if (!id.success) return refused('invalid', `id ${id.error.issues[0]!.message}`, 'id');
    const base = { id: id.data, name: name.value, transactionNumbers: wanted.transactionNumbers };
    const at = new Date(this.clock.nowMs());
    return this.database.transaction(async (transaction): Promise<Result<Base>> => {
      await lockAccount(transaction, accountId);
      if ((await transaction.countBy(BaseEntity, { accountId })) >= BASES_LIMIT) {
        return refused('too_many', `this account has ${BASES_LIMIT} bases, which is the most that it may have`);
      }
      if (!(await insertBase(transaction, { ...base, accountId, createdAt: at }))) {
        return refused('conflict', 'id is taken: give another one, or none to have one drawn', 'id');
      }
      await recordAudit(transaction, {
        at,
        accountId,
        keyId,
        action: 'base.created',
        subject: base.id,
        from: wanted.from,
      });
      return accepted({ ...base, createdAt: at.toISOString() });
    });
  }

  /** In the order of creation. */
  async list({ accountId }: Principal, page: WantedCreated): Promise<{ bases: Base[]; more: boolean }> {
    const by = { entity: BaseEntity, id: 'id' } as const;
    const { shown, more } = await listCreated(this.database.manager, by, accountId, page);
    return { bases: shown.map(baseOf), more };
  }

  /** The tag names the base and its tables. */
  async get({ accountId }: Principal, id: string): Promise<Result<WholeBase & { tag: string }>> {
    const { manager } = this.database;
    const base = await findBaseOf(manager, accountId, id);
    if (base === null) return UNKNOWN_BASE;
    const whole = await wholeBase(manager, base);
    return accepted({ ...whole, tag: stateTag(whole) });
  }

  /** For publishing: the base of the account that the events are for, if the caller's key may publish for it. */
  async find(principal: Principal, accountId: string, id: string): Promise<Result<{ base: Base | null }>> {
    if (accountId !== principal.accountId && principal.audience !== 'any') {
      return refused('forbidden', 'this key may publish for its own account only');
    }
    if (accountId.includes('\0')) return accepted({ base: null });
    const found = await findBaseOf(this.database.manager, accountId, id);
    return accepted({ base: found === null ? null : baseOf(found) });
  }

  /** The ids of those that there are, each in the account that it is said to be of. */
  async living(bases: readonly { accountId: string; baseId: string }[]): Promise<string[]> {
    const plausible = bases.filter(
      ({ accountId, baseId }) => BaseId.safeParse(baseId).success && !accountId.includes('\0'),
    );
    const found: { id: string }[] = await this.database.query(
      `select b.id from unnest($1::text[], $2::text[]) as u(id, account_id)
       join registry.base b on b.id = u.id and b.account_id = u.account_id`,
      [plausible.map(({ baseId }) => baseId), plausible.map(({ accountId }) => accountId)],
    );
    return found.map(({ id }) => id);
  }

  /** Answers when no dispatcher generates another payload, or starts another ping, for one of its webhooks. */
  async delete(
    { accountId, keyId }: Principal,
    id: string,
    { ifMatch, from }: { ifMatch?: readonly string[] | undefined; from?: string | undefined },
  ): Promise<Result<Record<string, never>>> {
    const at = new Date(this.clock.nowMs());
    const deleted = await this.database.transaction(
      async (transaction): Promise<Result<{ revision: number | null }>> => {
        const base = await lockBaseOf(transaction, accountId, id);
        if (base === null) return UNKNOWN_BASE;
        const changed = stateFault(await wholeBase(transaction, base), ifMatch);
        if (changed !== null) return changed;
        // Tokens and collaborations go with users too, in another order.
        await lockAccount(transaction, accountId);
        await recordAudit(transaction, { at, accountId, keyId, action: 'base.deleted', subject: id, from });
        // A base of the same id may come again: no older token must open it.
        await transaction.query(
          'update registry.user_token set bases = array_remove(bases, $2) where account_id = $1 and $2 = any (bases)',
          [accountId, id],
        );
        const revision = await this.webhooks.baseDeleted(transaction, { accountId, baseId: id, at, keyId, from });
        await transaction.delete(BaseEntity, { id });
        return accepted({ revision });
      },
    );
    if (!deleted.ok) return deleted;
    this.remembered.forget();
    const { revision } = deleted.value;
    if (revision !== null) await this.leases.applied(revision);
    return accepted({});
  }
}

/** False when the id is taken. */
export async function insertBase(transaction: EntityManager, base: Omit<BaseEntity, 'account'>): Promise<boolean> {
  const inserted: unknown[] = await transaction.query(
    `insert into registry.base (id, account_id, name, transaction_numbers, created_at) values ($1, $2, $3, $4, $5)
     on conflict (id) do nothing returning id`,
    [base.id, base.accountId, base.name, base.transactionNumbers, base.createdAt],
  );
  return inserted.length === 1;
}

const wholeBase = async (manager: EntityManager, base: BaseEntity): Promise<WholeBase> => ({
  base: baseOf(base),
  tables: await readTables(manager, base.id),
});

const baseOf = ({ id, name, transactionNumbers, createdAt }: BaseEntity): Base => ({
  id,
  name,
  transactionNumbers,
  createdAt: createdAt.toISOString(),
});
