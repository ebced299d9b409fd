import { Controller, Delete, Get, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import type { CreatedKey, Registry } from '@sluice/contracts/registry-commands';
import type { FastifyRequest } from 'fastify';
import { Authenticator } from '../authenticate/authenticator.js';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { JsonMembers } from '../server/json-body.js';
import { QueryGuard } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';

/** Accounts and their API keys. */
@Controller('v1')
@UseGuards(CallerGuard, QueryGuard)
export class AccountsController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
  ) {}

  /** `{name}`, by an operator's key. The answer has the new account's first admin key, shown this once. */
  @Post('accounts')
  @Requires('operate')
  async createAccount(@Req() request: FastifyRequest, @CurrentCaller() { credential, address: from }: Caller) {
    const name = JsonMembers.of(request).only('name').string('name');
    const { accountId, adminKey } = carriedOut(await this.registry.createAccount({ credential, name, from }));
    return { account_id: accountId, admin_key: keyAnswer(adminKey) };
  }

  /** `{kind, audience?}`: a key for the caller's own account, shown this once. */
  @Post('keys')
  @Requires('manage')
  async createKey(@Req() request: FastifyRequest, @CurrentCaller() { credential, address: from }: Caller) {
    const body = JsonMembers.of(request).only('kind', 'audience');
    const kind = body.oneOf('kind', ['live', 'test', 'admin']);
    const audience = body.has('audience') ? body.oneOf('audience', ['own', 'any']) : 'own';
    return keyAnswer(carriedOut(await this.registry.createKey({ credential, kind, audience, from })));
  }

  @Get('keys')
  @Requires('manage')
  async listKeys(@CurrentCaller() { credential }: Caller) {
    const { keys } = carriedOut(await this.registry.listKeys({ credential }));
    return {
      keys: keys.map(({ createdAt, revokedAt, ...key }) => ({ ...key, created_at: createdAt, revoked_at: revokedAt })),
    };
  }

  /** The key stops working here at once, on other gateways within 5 s. */
  @Delete('keys/:id')
  @Requires('manage')
  async revokeKey(@Param('id') keyId: string, @CurrentCaller() { credential, address: from }: Caller) {
    const revoked = carriedOut(await this.registry.revokeKey({ credential, keyId, from }));
    this.authenticator.forget(revoked.keyId);
    return { id: revoked.keyId, revoked: true };
  }
}

const keyAnswer = ({ id, accountId, kind, audience, key }: CreatedKey) => ({
  id,
  account_id: accountId,
  kind,
  audience,
  key,
});
