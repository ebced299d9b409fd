import type { BaseTable } from '@sluice/contracts/base-commands';
import { refused } from '@sluice/contracts/result';
import { type EntityManager, In } from 'typeorm';
import { BaseFieldEntity } from './base-field.entity.js';
import { BaseTableEntity } from './base-table.entity.js';
import { BaseViewEntity } from './base-view.entity.js';
import { PARTS_PER_BASE, TABLES_PER_BASE } from './schema-limits.js';
import type { PartEntity } from './write-schema.js';

/** Why a table that is acceptable by itself does not fit into the base; null when it does. */
export async function refusalInBase(
  transaction: EntityManager,
  baseId: string,
  table: BaseTable,
): Promise<ReturnType<typeof refused> | null> {
  const known = await transaction.existsBy(BaseTableEntity, { baseId, id: table.id });
  if (!known && (await transaction.countBy(BaseTableEntity, { baseId })) >= TABLES_PER_BASE) {
    return refused('too_many', `this base has ${TABLES_PER_BASE} tables, which is the most that it may have`);
  }
  const elsewhere =
    (await takenElsewhere(transaction, BaseFieldEntity, 'fields', baseId, table)) ??
    (await takenElsewhere(transaction, BaseViewEntity, 'views', baseId, table));
  if (elsewhere !== null) return elsewhere;
  const others = await countOthers(transaction, baseId, table.id);
  return others + table.fields.length + table.views.length <= PARTS_PER_BASE
    ? null
    : refused('too_many', `a base may have ${PARTS_PER_BASE.toLocaleString('en')} fields and views at most`);
}

async function takenElsewhere(
  transaction: EntityManager,
  entity: PartEntity,
  member: 'fields' | 'views',
  baseId: string,
  table: BaseTable,
): Promise<ReturnType<typeof refused> | null> {
  const parts = table[member];
  const found = await transaction.findBy(entity, { baseId, id: In(parts.map(({ id }) => id)) });
  const taken = new Set(found.filter(({ tableId }) => tableId !== table.id).map(({ id }) => id));
  const index = parts.findIndex(({ id }) => taken.has(id));
  const path = `${member}.${index}.id`;
  return index < 0 ? null : refused('conflict', `${path} is taken: another table of this base has it`, path);
}

async function countOthers(transaction: EntityManager, baseId: string, tableId: string): Promise<number> {
  const [row] = await transaction.query<{ count: string }[]>(
    `select (select count(*) from registry.base_field where base_id = $1 and table_id <> $2)
          + (select count(*) from registry.base_view where base_id = $1 and table_id <> $2) as count`,
    [baseId, tableId],
  );
  return Number(row!.count);
}
