import { Controller, Delete, Inject, Req, Res } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator } from '../authenticate/authenticator.js';
import type { Caller } from '../authenticate/caller.js';
import { CurrentCaller } from '../authenticate/caller-guard.js';
import { portalCookie } from '../authenticate/portal-cookie.js';
import { Operation } from '../operations/operation.js';
import { carriedOut } from '../refusals/carried-out.js';
import { REGISTRY } from '../services/parts.js';
import { PortalLinks } from './portal-links.js';
import { endPortalSession } from './portal-operations.js';

/** The session that the portal's page asks with. */
@Controller('v1/portal-session')
export class PortalSessionController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(PortalLinks) private readonly links: PortalLinks,
  ) {}

  /** Ends it, here at once, on other gateways within 5 s; and takes the cookie away. */
  @Delete()
  @Operation(endPortalSession)
  async end(
    @Req() request: FastifyRequest,
    @CurrentCaller() { credential, principal }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    carriedOut(await this.registry.endPortalSession({ credential }));
    this.authenticator.forget(principal.keyId);
    reply.header('set-cookie', portalCookie('', { secure: this.links.secure(request) }));
    return { ended: true };
  }
}
