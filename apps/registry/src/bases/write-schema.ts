import type { BaseTable } from '@sluice/contracts/base-commands';
import { type EntityManager, In } from 'typeorm';
import { BaseFieldEntity } from './base-field.entity.js';
import { BaseTableEntity } from './base-table.entity.js';
import { BaseViewEntity } from './base-view.entity.js';

export type PartEntity = typeof BaseFieldEntity | typeof BaseViewEntity;

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
  await writeTables(transaction, baseId, [{ id, name, description, position }]);
  const placed = (part: BaseTable['fields'][number], index: number) => ({ ...part, tableId: id, position: index });
  await writeParts(transaction, BaseFieldEntity, baseId, fields.map(placed));
  await writeParts(transaction, BaseViewEntity, baseId, views.map(placed));
}

/** Adds the tables, or makes them so. */
export async function writeTables(
  transaction: EntityManager,
  baseId: string,
  rows: readonly Omit<BaseTableEntity, 'base' | 'baseId'>[],
): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query(
    `insert into registry.base_table (base_id, id, name, description, position)
     select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::integer[])
     on conflict (base_id, id) do update
     set name = excluded.name, description = excluded.description, position = excluded.position`,
    [
      baseId,
      rows.map(({ id }) => id),
      rows.map(({ name }) => name),
      rows.map(({ description }) => description),
      rows.map(({ position }) => position),
    ],
  );
}

/** Adds the fields, or views, or makes them so. Arrays, because there can be tens of thousands. */
export async function writeParts(
  transaction: EntityManager,
  entity: PartEntity,
  baseId: string,
  rows: readonly Omit<BaseFieldEntity, 'table' | 'baseId'>[],
): Promise<void> {
  if (rows.length === 0) return;
  await transaction.query(
    `insert into ${transaction.getRepository(entity).metadata.tablePath} (base_id, id, table_id, name, type, position)
     select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::integer[])
     on conflict (base_id, id) do update set
       table_id = excluded.table_id, name = excluded.name, type = excluded.type, position = excluded.position`,
    [
      baseId,
      rows.map(({ id }) => id),
      rows.map(({ tableId }) => tableId),
      rows.map(({ name }) => name),
      rows.map(({ type }) => type),
      rows.map(({ position }) => position),
    ],
  );
}
