import { Controller, Delete, Inject, Param, Post, Put } from '@nestjs/common';
import type { Bases } from '@sluice/contracts/base-commands';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { Operation } from '../../operations/operation.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { REGISTRY } from '../../services/parts.js';
import { newTable } from './new-table.js';
import { createTable, deleteTable, putTable } from './table-operations.js';

/** The schema of a base: its tables with their fields and views. It is learnt from published changes as well. */
@Controller('v1/bases/:id/tables')
export class TablesController {
  constructor(@Inject(REGISTRY) private readonly registry: Bases) {}

  @Post()
  @Operation(createTable)
  async create(
    @Param('id') baseId: string,
    @Asked() { body }: Asked<typeof createTable>,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    return carriedOut(await this.registry.putTable({ credential, baseId, table: newTable(body), from }));
  }

  @Put(':table_id')
  @Operation(putTable)
  async put(
    @Asked() { params: { id: baseId, table_id: id }, body }: Asked<typeof putTable>,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    const { name = null, description = null, fields, views } = body;
    const table = { id, name, description, fields: fields.map(whole), views: views.map(whole) };
    return carriedOut(await this.registry.putTable({ credential, baseId, table, from }));
  }

  @Delete(':table_id')
  @Operation(deleteTable)
  async delete(
    @Asked() { params: { id: baseId, table_id: tableId } }: Asked<typeof deleteTable>,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    carriedOut(await this.registry.deleteTable({ credential, baseId, tableId, from }));
    return { id: tableId, deleted: true };
  }
}

const whole = ({ id, name = null, type = null }: { id: string; name?: string | null; type?: string | null }) => ({
  id,
  name,
  type,
});
