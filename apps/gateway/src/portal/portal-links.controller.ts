import { Controller, Delete, Get, Inject, Param, Post, Req } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { FastifyRequest } from 'fastify';
import { Authenticator } from '../authenticate/authenticator.js';
import type { Caller } from '../authenticate/caller.js';
import { CurrentCaller } from '../authenticate/caller-guard.js';
import { Asked } from '../operations/asked.js';
import { Operation } from '../operations/operation.js';
import { cursorBehind } from '../operations/page.js';
import { carriedOut } from '../refusals/carried-out.js';
import { REGISTRY } from '../services/parts.js';
import { PortalLinks } from './portal-links.js';
import { createPortalLink, listPortalLinks, revokePortalLink, type ShownLink } from './portal-operations.js';

/** Who may look at the account's webhooks without a key. */
@Controller('v1/portal-links')
export class PortalLinksController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(PortalLinks) private readonly links: PortalLinks,
  ) {}

  @Post()
  @Operation(createPortalLink)
  async create(
    @Asked() { body }: Asked<typeof createPortalLink>,
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, address: from }: Caller,
  ) {
    const expiresAt = body.expires_at ?? undefined;
    const made = carriedOut(await this.registry.createPortalLink({ credential, expiresAt, from }));
    return { id: made.id, url: this.links.of(made.token, request), expires_at: made.expiresAt };
  }

  @Get()
  @Operation(listPortalLinks)
  async list(@Asked() { query }: Asked<typeof listPortalLinks>, @CurrentCaller() { credential }: Caller) {
    const result = await this.registry.listPortalLinks({ credential, limit: query.limit, before: query.cursor });
    const { links, more } = carriedOut(result);
    const shown = links.map(
      ({ id, keyId, createdAt, expiresAt, revokedAt }): ShownLink => ({
        id,
        key_id: keyId,
        created_at: createdAt,
        expires_at: expiresAt,
        revoked_at: revokedAt,
      }),
    );
    return { portal_links: shown, next_cursor: cursorBehind(links, more, ({ id }) => id) };
  }

  /** Its sessions are asked for anew: those that it opened are out here at once, on other gateways within 5 s. */
  @Delete(':id')
  @Operation(revokePortalLink)
  async revoke(@Param('id') linkId: string, @CurrentCaller() { credential, principal, address: from }: Caller) {
    carriedOut(await this.registry.revokePortalLink({ credential, linkId, from }));
    this.authenticator.forgetPortal(principal.accountId);
    return { id: linkId, revoked: true };
  }
}
