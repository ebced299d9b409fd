import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Caller } from '../authenticate/caller.js';
import { CallerGuard, CurrentCaller, Requires } from '../authenticate/caller-guard.js';
import { REGISTRY } from '../parts.js';
import { QueryGuard } from '../server/query-guard.js';
import { carriedOut } from './carried-out.js';

/** The account that the caller belongs to. */
@Controller('v1/account')
@UseGuards(CallerGuard, QueryGuard)
export class AccountController {
  constructor(@Inject(REGISTRY) private readonly registry: Registry) {}

  /** The account, and who asks: for every key and every session of the portal. */
  @Get()
  @Requires('identify')
  async get(@CurrentCaller() { credential }: Caller) {
    const { account, caller } = carriedOut(await this.registry.getAccount({ credential }));
    const { id, name, operator, createdAt } = account;
    const { expiresAt, ...asking } = caller;
    return { id, name, operator, created_at: createdAt, caller: { ...asking, expires_at: expiresAt } };
  }
}
