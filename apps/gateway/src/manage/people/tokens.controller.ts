import { Controller, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import type { Bases, UserToken } from '@sluice/contracts/base-commands';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { Operation } from '../../operations/operation.js';
import { cursorBehind } from '../../operations/page.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { REGISTRY } from '../../services/parts.js';
import { createToken, listTokens, revokeToken, type ShownToken } from './token-operations.js';

/** Credentials of users, for the webhooks of bases. */
@Controller('v1/tokens')
export class TokensController {
  constructor(@Inject(REGISTRY) private readonly registry: Bases) {}

  @Post()
  @Operation(createToken)
  async create(@Asked() { body }: Asked<typeof createToken>, @CurrentCaller() { credential, address: from }: Caller) {
    const { user_id: userId, kind, name, scopes, bases } = body;
    const wanted = { userId, kind, name, scopes: scopes ?? [], bases: bases ?? null };
    const { token, ...created } = carriedOut(await this.registry.createToken({ credential, ...wanted, from }));
    return { ...tokenAnswer(created), token };
  }

  @Get()
  @Operation(listTokens)
  async list(@Asked() { query: { limit, cursor } }: Asked<typeof listTokens>, @CurrentCaller() { credential }: Caller) {
    const { tokens, more } = carriedOut(await this.registry.listTokens({ credential, limit, after: cursor }));
    return { tokens: tokens.map(tokenAnswer), next_cursor: cursorBehind(tokens, more, ({ id }) => id) };
  }

  @Delete(':id')
  @Operation(revokeToken)
  async revoke(@Param('id') tokenId: string, @CurrentCaller() { credential, address: from }: Caller) {
    carriedOut(await this.registry.revokeToken({ credential, tokenId, from }));
    return { id: tokenId, revoked: true };
  }
}

const tokenAnswer = ({ id, userId, kind, name, scopes, bases, createdAt, revokedAt }: UserToken): ShownToken => ({
  id,
  user_id: userId,
  kind,
  name,
  scopes,
  bases,
  created_at: createdAt,
  revoked_at: revokedAt,
});
