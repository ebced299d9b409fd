import type { BaseTable } from '@sluice/contracts/base-commands';
import type { EntityManager } from 'typeorm';
import { BaseFieldEntity } from './base-field.entity.js';
import { BaseTableEntity } from './base-table.entity.js';
import { BaseViewEntity } from './base-view.entity.js';

/** What is known of a base's schema. */
export async function readTables(manager: EntityManager, baseId: string): Promise<BaseTable[]> {
  const question = { where: { baseId }, order: { position: 'asc', id: 'asc' } } as const;
  const tables = await manager.find(BaseTableEntity, question);
  const fields = partsByTable(await manager.find(BaseFieldEntity, question));
  const views = partsByTable(await manager.find(BaseViewEntity, question));
  return tables.map(({ id, name, description }) => ({
    id,
    name,
    description,
    fields: fields.get(id) ?? [],
    views: views.get(id) ?? [],
  }));
}

type Part = BaseTable['fields'][number];

function partsByTable(parts: readonly (Part & { tableId: string })[]): Map<string, Part[]> {
  const byTable = new Map<string, Part[]>();
  for (const { tableId, id, name, type } of parts) {
    const part = { id, name, type };
    const others = byTable.get(tableId);
    if (others === undefined) byTable.set(tableId, [part]);
    else others.push(part);
  }
  return byTable;
}
