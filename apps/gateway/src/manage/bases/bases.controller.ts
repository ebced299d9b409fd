import { Controller, Delete, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { Base, Bases } from '@sluice/contracts/base-commands';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { KnownBases } from '../../events/known-bases.js';
import { Asked } from '../../operations/asked.js';
import { afterCreated, cursorBehindCreated } from '../../operations/created-place.js';
import { Operation } from '../../operations/operation.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { showState, wantedStates } from '../../server/conditions.js';
import { REGISTRY } from '../../services/parts.js';
import { createBase, deleteBase, getBase, listBases, type ShownBase } from './base-operations.js';

/** The account's bases: what tables change in, and webhooks of Airtable's are made on. */
@Controller('v1/bases')
export class BasesController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Bases,
    @Inject(KnownBases) private readonly bases: KnownBases,
  ) {}

  @Post()
  @Operation(createBase)
  async create(@Asked() { body }: Asked<typeof createBase>, @CurrentCaller() { credential, address: from }: Caller) {
    const { name, transaction_numbers: transactionNumbers, id } = body;
    const wanted = { name, transactionNumbers: transactionNumbers ?? 'assigned', id: id ?? undefined };
    return baseAnswer(carriedOut(await this.registry.createBase({ credential, ...wanted, from })));
  }

  @Get()
  @Operation(listBases)
  async list(@Asked() { query: { limit, cursor } }: Asked<typeof listBases>, @CurrentCaller() { credential }: Caller) {
    const { bases, more } = carriedOut(
      await this.registry.listBases({ credential, limit, after: afterCreated(cursor) }),
    );
    return { bases: bases.map(baseAnswer), next_cursor: cursorBehindCreated('bases', bases, more) };
  }

  @Get(':id')
  @Operation(getBase)
  async get(
    @Param('id') baseId: string,
    @CurrentCaller() { credential }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { base, tables, tag } = carriedOut(await this.registry.getBase({ credential, baseId }));
    showState(reply, tag);
    return { ...baseAnswer(base), tables };
  }

  @Delete(':id')
  @Operation(deleteBase)
  async delete(
    @Param('id') baseId: string,
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, principal: { accountId }, address: from }: Caller,
  ) {
    carriedOut(await this.registry.deleteBase({ credential, baseId, ifMatch: wantedStates(request), from }));
    this.bases.forget({ accountId, baseId });
    return { id: baseId, deleted: true };
  }
}

const baseAnswer = ({ id, name, transactionNumbers, createdAt }: Base): ShownBase => ({
  id,
  name,
  transaction_numbers: transactionNumbers,
  created_at: createdAt,
});
