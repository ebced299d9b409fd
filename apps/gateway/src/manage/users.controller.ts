import { Controller, Delete, Get, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import { UserId } from '@sluice/contracts/airtable-ids';
import type { Bases, User } from '@sluice/contracts/base-commands';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { JsonMembers } from '../server/json-body.js';
import { QueryGuard } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';
import { optionalId } from './id-member.js';

/** The people who work in the account's bases. */
@Controller('v1/users')
@UseGuards(CallerGuard, QueryGuard)
export class UsersController {
  constructor(@Inject(REGISTRY) private readonly registry: Bases) {}

  /** `{email, name?, subject?, id?}`: `subject` is who this is to the issuer of OAuth access tokens. */
  @Post()
  @Requires('manage')
  async create(@Req() request: FastifyRequest, @CurrentCaller() { credential, address: from }: Caller) {
    const body = JsonMembers.of(request).only('email', 'name', 'subject', 'id');
    const wanted = {
      email: body.string('email'),
      name: body.optionalString('name'),
      subject: body.optionalString('subject'),
      id: optionalId(body, UserId),
    };
    return userAnswer(carriedOut(await this.registry.createUser({ credential, ...wanted, from })));
  }

  @Get()
  @Requires('manage')
  async list(@CurrentCaller() { credential }: Caller) {
    const { users } = carriedOut(await this.registry.listUsers({ credential }));
    return { users: users.map(userAnswer) };
  }

  /** The user's tokens and collaborations go along. */
  @Delete(':id')
  @Requires('manage')
  async delete(@Param('id') userId: string, @CurrentCaller() { credential, address: from }: Caller) {
    carriedOut(await this.registry.deleteUser({ credential, userId, from }));
    return { id: userId, deleted: true };
  }
}

const userAnswer = ({ id, email, name, subject, createdAt }: User) => ({
  id,
  email,
  name,
  subject,
  created_at: createdAt,
});
