import type { BaseTable } from '@sluice/contracts/base-commands';
import { type EntityManager, In } from 'typeorm';
import { BaseFieldEntity } from './base-field.entity.js';
import { BaseTableEntity } from './base-table.entity.js';
import { BaseViewEntity } from './base-view.entity.js';

export type PartEntity = typeof BaseFieldEntity | typeof BaseViewEntity;

/** Rows in one statement: a statement may have 65,535 parameters. */
const CHUNK = 5_000;

/** Of a table's fields, or of its views. */
export async function idsOfParts(
  transaction: EntityManager,
  entity: PartEntity,
  baseId: string,
  tableId: string,
): Promise<string[]> {
  return (await transaction.findBy(entity, { baseId, tableId })).map(({ id }) => id);
}

/** Deletes the table's parts that are not to stay; answers their ids. */
export async function dropOthers(
  transaction: EntityManager,
  entity: PartEntity,
  baseId: string,
  tableId: string,
  staying: BaseTable['fields'],
): Promise<string[]> {
  const kept = new Set(staying.map(({ id }) => id));
  const gone = (await idsOfParts(transaction, entity, baseId, tableId)).filter((id) => !kept.has(id));
  if (gone.length > 0) await transaction.delete(entity, { baseId, id: In(gone) });
  return gone;
}

/** Writes a table with its parts in their order; a new one comes after the base's others. */
export async function replaceTable(transaction: EntityManager, baseId: string, table: BaseTable): Promise<void> {
  const { id, name, description, fields, views } = table;
  const known = await transaction.findOneBy(BaseTableEntity, { baseId, id });
  const position = known?.position ?? ((await transaction.maximum(BaseTableEntity, 'position', { baseId })) ?? -1) + 1;
  await writeTables(transaction, [{ baseId, id, name, description, position }]);
  const placed = (part: BaseTable['fields'][number], index: number) => ({
    ...part,
    baseId,
    tableId: id,
    position: index,
  });
  await writeParts(transaction, BaseFieldEntity, fields.map(placed));
  await writeParts(transaction, BaseViewEntity, views.map(placed));
}

/** Adds the tables, or makes them so. */
export async function writeTables(
  transaction: EntityManager,
  rows: readonly Omit<BaseTableEntity, 'base'>[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += CHUNK) {
    await transaction.upsert(BaseTableEntity, rows.slice(start, start + CHUNK), ['baseId', 'id']);
  }
}

/** Adds the fields, or views, or makes them so. */
export async function writeParts(
  transaction: EntityManager,
  entity: PartEntity,
  rows: readonly Omit<BaseFieldEntity, 'table'>[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += CHUNK) {
    await transaction.upsert(entity, rows.slice(start, start + CHUNK), ['baseId', 'id']);
  }
}
