import { Controller, Delete, HttpCode, Inject, Param, Post, Put, Req, UseGuards } from '@nestjs/common';
import type { Bases } from '@sluice/contracts/base-commands';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { JsonMembers } from '../server/json-body.js';
import { QueryGuard } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';
import { readNewTable, readWholeTable } from './read-table.js';

/** The schema of a base: its tables with their fields and views. It is learnt from published changes as well. */
@Controller('v1/bases/:id/tables')
@UseGuards(CallerGuard, QueryGuard)
export class TablesController {
  constructor(@Inject(REGISTRY) private readonly registry: Bases) {}

  /** A new table, with drawn ids where none are given. */
  @Post()
  @Requires('manage')
  async create(
    @Param('id') baseId: string,
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    const table = readNewTable(JsonMembers.of(request));
    return carriedOut(await this.registry.putTable({ credential, baseId, table, from }));
  }

  /** The table becomes exactly what the body says, or is made. */
  @Put(':tableId')
  @HttpCode(200)
  @Requires('manage')
  async put(
    @Param('id') baseId: string,
    @Param('tableId') tableId: string,
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    const table = readWholeTable(tableId, JsonMembers.of(request));
    return carriedOut(await this.registry.putTable({ credential, baseId, table, from }));
  }

  @Delete(':tableId')
  @Requires('manage')
  async delete(
    @Param('id') baseId: string,
    @Param('tableId') tableId: string,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    carriedOut(await this.registry.deleteTable({ credential, baseId, tableId, from }));
    return { id: tableId, deleted: true };
  }
}
