import { Controller, Delete, Get, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import { type Bases, Scope, UserToken } from '@sluice/contracts/base-commands';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { JsonMembers } from '../server/json-body.js';
import { QueryGuard } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';

/** Credentials of users, for the webhooks of bases. */
@Controller('v1/tokens')
@UseGuards(CallerGuard, QueryGuard)
export class TokensController {
  constructor(@Inject(REGISTRY) private readonly registry: Bases) {}

  /** `{user_id, kind, name, scopes?, bases?}`; `bases` absent or null is all that the user works in. Shown this once. */
  @Post()
  @Requires('manage')
  async create(@Req() request: FastifyRequest, @CurrentCaller() { credential, address: from }: Caller) {
    const body = JsonMembers.of(request).only('user_id', 'kind', 'name', 'scopes', 'bases');
    const wanted = {
      userId: body.string('user_id'),
      kind: body.oneOf('kind', UserToken.shape.kind.options),
      name: body.string('name'),
      scopes: scopesOf(body),
      bases: body.optionalStrings('bases'),
    };
    const { token, ...created } = carriedOut(await this.registry.createToken({ credential, ...wanted, from }));
    return { ...tokenAnswer(created), token };
  }

  @Get()
  @Requires('manage')
  async list(@CurrentCaller() { credential }: Caller) {
    const { tokens } = carriedOut(await this.registry.listTokens({ credential }));
    return { tokens: tokens.map(tokenAnswer) };
  }

  /** The token stops working within 5 s. */
  @Delete(':id')
  @Requires('manage')
  async revoke(@Param('id') tokenId: string, @CurrentCaller() { credential, address: from }: Caller) {
    carriedOut(await this.registry.revokeToken({ credential, tokenId, from }));
    return { id: tokenId, revoked: true };
  }
}

function scopesOf(body: JsonMembers): Scope[] {
  return (body.optionalStrings('scopes') ?? []).map((text, index) => {
    const scope = Scope.safeParse(text);
    if (scope.success) return scope.data;
    throw body.fault(`scopes.${index}`, `must be one of ${Scope.options.join(', ')}`);
  });
}

const tokenAnswer = ({ id, userId, kind, name, scopes, bases, createdAt, revokedAt }: UserToken) => ({
  id,
  user_id: userId,
  kind,
  name,
  scopes,
  bases,
  created_at: createdAt,
  revoked_at: revokedAt,
});
