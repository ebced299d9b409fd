import { Controller, Delete, Get, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import { BaseId } from '@sluice/contracts/airtable-ids';
import { type Base, type Bases, TransactionNumbers } from '@sluice/contracts/base-commands';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { KnownBases } from '../events/known-bases.js';
import { REGISTRY } from '../parts.js';
import { JsonMembers } from '../server/json-body.js';
import { QueryGuard } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';
import { optionalId } from './id-member.js';

/** The account's bases: what tables change in, and webhooks of Airtable's are made on. */
@Controller('v1/bases')
@UseGuards(CallerGuard, QueryGuard)
export class BasesController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Bases,
    @Inject(KnownBases) private readonly bases: KnownBases,
  ) {}

  /** `{name, transaction_numbers?, id?}`: whether Sluice assigns the transaction numbers, or the publisher gives them. */
  @Post()
  @Requires('manage')
  async create(@Req() request: FastifyRequest, @CurrentCaller() { credential, address: from }: Caller) {
    const body = JsonMembers.of(request).only('name', 'transaction_numbers', 'id');
    const wanted = {
      name: body.string('name'),
      transactionNumbers: body.has('transaction_numbers')
        ? body.oneOf('transaction_numbers', TransactionNumbers.options)
        : 'assigned',
      id: optionalId(body, BaseId),
    } as const;
    return baseAnswer(carriedOut(await this.registry.createBase({ credential, ...wanted, from })));
  }

  @Get()
  @Requires('manage')
  async list(@CurrentCaller() { credential }: Caller) {
    const { bases } = carriedOut(await this.registry.listBases({ credential }));
    return { bases: bases.map(baseAnswer) };
  }

  /** The base with its schema. */
  @Get(':id')
  @Requires('manage')
  async get(@Param('id') baseId: string, @CurrentCaller() { credential }: Caller) {
    const { base, tables } = carriedOut(await this.registry.getBase({ credential, baseId }));
    return { ...baseAnswer(base), tables };
  }

  /** Its schema, collaborations and webhooks go along. */
  @Delete(':id')
  @Requires('manage')
  async delete(
    @Param('id') baseId: string,
    @CurrentCaller() { credential, principal: { accountId }, address: from }: Caller,
  ) {
    carriedOut(await this.registry.deleteBase({ credential, baseId, from }));
    this.bases.forget({ accountId, baseId });
    return { id: baseId, deleted: true };
  }
}

const baseAnswer = ({ id, name, transactionNumbers, createdAt }: Base) => ({
  id,
  name,
  transaction_numbers: transactionNumbers,
  created_at: createdAt,
});
