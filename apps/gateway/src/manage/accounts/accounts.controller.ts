import { Controller, Get, Inject, Patch, Post, Req, Res } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { Operation } from '../../operations/operation.js';
import { cursorBehind } from '../../operations/page.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { showState, wantedStates } from '../../server/conditions.js';
import { REGISTRY } from '../../services/parts.js';
import { accountAnswer, madeKeyAnswer, ownAccountAnswer } from './account-answer.js';
import { createAccount, getAccount, listAccounts, renameAccount } from './account-operations.js';
import type { OwnAccount } from './account-schemas.js';

/** The caller's account; and all there are, for operators. */
@Controller('v1')
export class AccountsController {
  constructor(@Inject(REGISTRY) private readonly registry: Registry) {}

  @Get('account')
  @Operation(getAccount)
  async get(
    @CurrentCaller() { credential }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OwnAccount> {
    const own = carriedOut(await this.registry.getAccount({ credential }));
    showState(reply, own.tag, own.caller);
    return ownAccountAnswer(own);
  }

  @Patch('account')
  @Operation(renameAccount)
  async rename(
    @Asked() { body: { name } }: Asked<typeof renameAccount>,
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, address: from }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OwnAccount> {
    const ifMatch = wantedStates(request);
    const own = carriedOut(await this.registry.renameAccount({ credential, name, ifMatch, from }));
    showState(reply, own.tag, own.caller);
    return ownAccountAnswer(own);
  }

  @Get('accounts')
  @Operation(listAccounts)
  async list(@Asked() { query }: Asked<typeof listAccounts>, @CurrentCaller() { credential }: Caller) {
    const result = await this.registry.listAccounts({ credential, limit: query.limit, before: query.cursor });
    const { accounts, more } = carriedOut(result);
    return {
      accounts: accounts.map(accountAnswer),
      next_cursor: cursorBehind(accounts, more, ({ id }) => id),
    };
  }

  @Post('accounts')
  @Operation(createAccount)
  async create(
    @Asked() { body: { name } }: Asked<typeof createAccount>,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    const { accountId, adminKey } = carriedOut(await this.registry.createAccount({ credential, name, from }));
    return { account_id: accountId, admin_key: madeKeyAnswer(adminKey) };
  }
}
