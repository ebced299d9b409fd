import type { BaseTable } from '@sluice/contracts/base-commands';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource, EntityManager } from 'typeorm';
import { type AuditedAction, recordAudit } from '../audit/record-audit.js';
import type { FollowerLeases } from '../feed/follower-leases.js';
import { BaseFieldEntity } from './base-field.entity.js';
import { BaseTableEntity } from './base-table.entity.js';
import { BaseViewEntity } from './base-view.entity.js';
import { checkedTable } from './checked-table.js';
import { lockBaseOf, UNKNOWN_BASE } from './lock-base.js';
import { refusalInBase } from './table-fits.js';
import type { BaseChange, WebhooksOfBases } from './webhooks-of-bases.js';
import { dropOthers, idsOfParts, replaceTable } from './write-schema.js';

const UNKNOWN_TABLE = refused('not_found', 'there is no such table in this base', 'table_id');

/** What a change of the schema took away, and the newest revision that webhooks took for it. */
interface Changed<T> {
  value: T;
  revision: number | null;
}

/** Tables as an administrator describes them. The caller has checked that the principal may manage. */
export class Tables {
  constructor(
    private readonly database: DataSource,
    private readonly webhooks: WebhooksOfBases,
    private readonly leases: Pick<FollowerLeases, 'applied'>,
    private readonly clock: Clock,
  ) {}

  /** The table becomes exactly this; webhooks that name a field or view that it had before become invalid. */
  async put(principal: Principal, baseId: string, wanted: BaseTable, from?: string): Promise<Result<BaseTable>> {
    const table = checkedTable(wanted);
    if (!table.ok) return table;
    return this.change(principal, baseId, 'table.put', wanted.id, from, async (transaction, change) => {
      const refusal = await refusalInBase(transaction, baseId, wanted);
      if (refusal !== null) return refusal;
      const gone = [
        ...(await dropOthers(transaction, BaseFieldEntity, baseId, wanted.id, wanted.fields)),
        ...(await dropOthers(transaction, BaseViewEntity, baseId, wanted.id, wanted.views)),
      ];
      await replaceTable(transaction, baseId, wanted);
      return accepted({ value: wanted, revision: await this.destroyed(transaction, change, gone) });
    });
  }

  /** Takes its fields and views along; webhooks that name one of all these become invalid. */
  async delete(
    principal: Principal,
    baseId: string,
    tableId: string,
    from?: string,
  ): Promise<Result<Record<string, never>>> {
    return this.change<Record<string, never>>(
      principal,
      baseId,
      'table.deleted',
      tableId,
      from,
      async (transaction, change) => {
        if (tableId.includes('\0')) return UNKNOWN_TABLE;
        const parts = [
          ...(await idsOfParts(transaction, BaseFieldEntity, baseId, tableId)),
          ...(await idsOfParts(transaction, BaseViewEntity, baseId, tableId)),
        ];
        const { affected } = await transaction.delete(BaseTableEntity, { baseId, id: tableId });
        if (affected !== 1) return UNKNOWN_TABLE;
        return accepted({ value: {}, revision: await this.destroyed(transaction, change, [tableId, ...parts]) });
      },
    );
  }

  /** Answers when every dispatcher knows which webhooks have become invalid. */
  private async change<T>(
    { accountId, keyId }: Principal,
    baseId: string,
    action: AuditedAction['action'],
    tableId: string,
    from: string | undefined,
    act: (transaction: EntityManager, change: BaseChange) => Promise<Result<Changed<T>>>,
  ): Promise<Result<T>> {
    const change = { accountId, baseId, at: new Date(this.clock.nowMs()), keyId, from };
    const changed = await this.database.transaction(async (transaction): Promise<Result<Changed<T>>> => {
      if ((await lockBaseOf(transaction, accountId, baseId)) === null) return UNKNOWN_BASE;
      const result = await act(transaction, change);
      if (!result.ok) return result;
      const { at } = change;
      await recordAudit(transaction, { at, accountId, keyId, action, subject: `${baseId}/${tableId}`, from });
      return result;
    });
    if (!changed.ok) return changed;
    const { value, revision } = changed.value;
    if (revision !== null) await this.leases.applied(revision);
    return accepted(value);
  }

  private async destroyed(
    transaction: EntityManager,
    change: BaseChange,
    ids: readonly string[],
  ): Promise<number | null> {
    return ids.length === 0 ? null : this.webhooks.schemaDestroyed(transaction, change, ids);
  }
}
