import { Controller, Delete, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import type { CreatedKey, Registry } from '@sluice/contracts/registry-commands';
import type { FastifyRequest } from 'fastify';
import { Authenticator } from '../authenticate/authenticator.js';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { faultOf } from '../refusals/fault.js';
import { JsonMembers } from '../server/json-body.js';
import { QueryGuard } from '../server/query-guard.js';

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
    const result = await this.registry.createAccount({ credential, name, from });
    if (!result.ok) throw faultOf(result.refusal);
    return { account_id: result.value.accountId, admin_key: keyAnswer(result.value.adminKey) };
  }

  /** `{kind, audience?}`: a key for the caller's own account, shown this once. */
  @Post('keys')
  @Requires('manage')
  async createKey(@Req() request: FastifyRequest, @CurrentCaller() { credential, address: from }: Caller) {
    const body = JsonMembers.of(request).only('kind', 'audience');
    const kind = body.oneOf('kind', ['live', 'test', 'admin']);
    const audience = body.has('audience') ? body.oneOf('audience', ['own', 'any']) : 'own';
    const result = await this.registry.createKey({ credential, kind, audience, from });
    if (!result.ok) throw faultOf(result.refusal);
    return keyAnswer(result.value);
  }

  /** The key stops working here at once, on other gateways within 5 s. */
  @Delete('keys/:id')
  @Requires('manage')
  async revokeKey(@Param('id') keyId: string, @CurrentCaller() { credential, address: from }: Caller) {
    const result = await this.registry.revokeKey({ credential, keyId, from });
    if (!result.ok) throw faultOf(result.refusal);
    this.authenticator.forget(result.value.keyId);
    return { id: result.value.keyId, revoked: true };
  }
}

const keyAnswer = ({ id, accountId, kind, audience, key }: CreatedKey) => ({
  id,
  account_id: accountId,
  kind,
  audience,
  key,
});
