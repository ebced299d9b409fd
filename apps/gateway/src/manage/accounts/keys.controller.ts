import { Controller, Delete, Get, Inject, Param, Post } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import { Authenticator } from '../../authenticate/authenticator.js';
import type { Caller } from '../../authenticate/caller.js';
import { CurrentCaller } from '../../authenticate/caller-guard.js';
import { Asked } from '../../operations/asked.js';
import { Operation } from '../../operations/operation.js';
import { cursorBehind } from '../../operations/page.js';
import { carriedOut } from '../../refusals/carried-out.js';
import { REGISTRY } from '../../services/parts.js';
import { keyAnswer, madeKeyAnswer } from './account-answer.js';
import { createKey, listKeys, revokeKey } from './account-operations.js';
import type { MadeKey } from './account-schemas.js';

/** The API keys of the caller's account. */
@Controller('v1/keys')
export class KeysController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
  ) {}

  @Post()
  @Operation(createKey)
  async create(
    @Asked() { body }: Asked<typeof createKey>,
    @CurrentCaller() { credential, address: from }: Caller,
  ): Promise<MadeKey> {
    const { kind, scopes, audience, expires_at: expiresAt, name } = body;
    const wanted = {
      kind: kind ?? undefined,
      scopes: scopes ?? undefined,
      audience: audience ?? 'own',
      expiresAt: expiresAt ?? undefined,
      name: name ?? undefined,
    };
    return madeKeyAnswer(carriedOut(await this.registry.createKey({ credential, ...wanted, from })));
  }

  @Get()
  @Operation(listKeys)
  async list(@Asked() { query: { limit, cursor } }: Asked<typeof listKeys>, @CurrentCaller() { credential }: Caller) {
    const { keys, more } = carriedOut(await this.registry.listKeys({ credential, limit, after: cursor }));
    return { keys: keys.map(keyAnswer), next_cursor: cursorBehind(keys, more, ({ id }) => id) };
  }

  /** The key stops working here at once, and so do the portal links that it made; on other gateways within 5 s. */
  @Delete(':id')
  @Operation(revokeKey)
  async revoke(@Param('id') keyId: string, @CurrentCaller() { credential, principal, address: from }: Caller) {
    const revoked = carriedOut(await this.registry.revokeKey({ credential, keyId, from }));
    this.authenticator.forget(revoked.keyId);
    this.authenticator.forgetPortal(principal.accountId);
    return { id: revoked.keyId, revoked: true };
  }
}
