import type { TablePatch } from '@sluice/contracts/base-commands';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import { type DataSource, type EntityManager, Raw } from 'typeorm';
import { recordAudit } from '../audit/record-audit.js';
import { BaseFieldEntity } from './base-field.entity.js';
import { BaseTableEntity } from './base-table.entity.js';
import { BaseViewEntity } from './base-view.entity.js';
import { learntParts, learntTables } from './learnt-rows.js';
import { lockBaseOf } from './lock-base.js';
import { PARTS_PER_BASE } from './schema-limits.js';
import { type LearntPart, type SettledPatches, settlePatches } from './settle-patches.js';
import type { WebhooksOfBases } from './webhooks-of-bases.js';
import { type PartEntity, writeParts, writeTables } from './write-schema.js';

export interface RecordedChanges {
  accountId: string;
  baseId: string;
  tables: readonly TablePatch[];
}

/**
 * Keeps the schema of bases up to what their recorded changes tell. What goes beyond the limits of a base's schema is left
 * out, and logged. Webhooks that name what is gone become invalid: those that there were before the change have their error
 * payload, since the dispatcher recorded it together with what is learnt here; a later one, created while the schema was
 * not yet learnt, gets none, and would wait for changes that can't come.
 */
export class SchemaLearning {
  constructor(
    private readonly database: DataSource,
    private readonly webhooks: Pick<WebhooksOfBases, 'schemaDestroyed'>,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Telling the same again changes nothing. Bases that are gone, or another account's, are passed over. */
  async learn({ accountId, baseId, tables }: RecordedChanges): Promise<void> {
    const settled = settlePatches(tables);
    const at = new Date(this.clock.nowMs());
    const leftOut = await this.database.transaction(async (transaction) => {
      if ((await lockBaseOf(transaction, accountId, baseId)) === null) return 0;
      const gone = await drop(transaction, baseId, settled);
      const written = await write(transaction, baseId, settled);
      if (gone.length + written.rows > 0) {
        await recordAudit(transaction, { at, accountId, keyId: null, action: 'schema.learnt', subject: baseId });
      }
      if (gone.length > 0) {
        await this.webhooks.schemaDestroyed(transaction, { accountId, baseId, at, keyId: null }, gone);
      }
      return written.leftOut;
    });
    if (leftOut > 0) this.logger.warn({ accountId, baseId, leftOut }, 'base.schema_beyond_limits');
  }
}

/** One parameter, however many there are. */
const anyOf = (ids: readonly string[]) => Raw((column) => `${column} = any(:ids)`, { ids });

const PART_OF = 'base_id = $1 and (table_id = any ($2) or id = any ($3))';

/** Answers the ids of what went; a part that only moved to another table is not among them. */
async function drop(
  transaction: EntityManager,
  baseId: string,
  { destroyedTables, destroyedParts, fields, views }: SettledPatches,
): Promise<string[]> {
  const gone = await transaction.query<{ id: string }[]>(
    `with
       fields as (delete from registry.base_field where ${PART_OF} returning id),
       views as (delete from registry.base_view where ${PART_OF} returning id),
       tables as (delete from registry.base_table where base_id = $1 and id = any ($2) returning id)
     select id from fields union all select id from views union all select id from tables`,
    [baseId, [...destroyedTables], [...destroyedParts]],
  );
  return gone.map(({ id }) => id).filter((id) => !fields.has(id) && !views.has(id));
}

interface Written {
  rows: number;
  leftOut: number;
}

async function write(transaction: EntityManager, baseId: string, settled: SettledPatches): Promise<Written> {
  const known = await transaction.findBy(BaseTableEntity, { baseId });
  const tables = learntTables(baseId, known, [...settled.tables.values()]);
  await writeTables(transaction, baseId, tables.rows);
  const ids = new Set([...known, ...tables.rows].map(({ id }) => id));
  const fields = await writeLearnt(transaction, BaseFieldEntity, baseId, settled.fields, ids);
  const views = await writeLearnt(transaction, BaseViewEntity, baseId, settled.views, ids);
  return {
    rows: tables.rows.length + fields.rows + views.rows,
    leftOut: tables.leftOut + fields.leftOut + views.leftOut,
  };
}

async function writeLearnt(
  transaction: EntityManager,
  entity: PartEntity,
  baseId: string,
  learnt: ReadonlyMap<string, LearntPart>,
  tables: ReadonlySet<string>,
): Promise<Written> {
  const told = [...learnt.values()].filter(({ tableId }) => tables.has(tableId));
  if (told.length === 0) return { rows: 0, leftOut: learnt.size };
  const known = await transaction.findBy(entity, [
    { baseId, tableId: anyOf([...new Set(told.map(({ tableId }) => tableId))]) },
    { baseId, id: anyOf(told.map(({ id }) => id)) },
  ]);
  const count = (what: PartEntity) => transaction.countBy(what, { baseId });
  const room = PARTS_PER_BASE - (await count(BaseFieldEntity)) - (await count(BaseViewEntity));
  const { rows, leftOut } = learntParts(baseId, known, told, room);
  await writeParts(transaction, entity, baseId, rows);
  return { rows: rows.length, leftOut: leftOut + learnt.size - told.length };
}
